" Scenarios and profiles of tcpwaltz. Other programs have profiles, too: ours set keys or have a base.
autocmd BufNewFile,BufRead *.scn setfiletype tcpwaltz
autocmd BufRead *.profile if search('^\s*\(base\|set\)\s', 'nw') | setfiletype tcpwaltz | endif
