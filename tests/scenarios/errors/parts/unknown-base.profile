base linux-9
