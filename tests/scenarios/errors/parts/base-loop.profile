base base-loop.profile
