" Vim syntax file
" Language: tcpwaltz scenarios (*.scn) and profiles (*.profile)

if exists('b:current_syntax')
  finish
endif

syn case match
syn iskeyword @,48-57,_,-

" What a line begins with.
syn keyword tcpwaltzStatement title about see version host set let link base order seed stop include
syn keyword tcpwaltzStatement drop at when expect
" These are keys of links, too (delay=10ms), and a keyword would hide the key.
syn match tcpwaltzStatement "^\s*\zs\(duplicate\|corrupt\|delay\)\>"

" What applications and forgers do.
syn keyword tcpwaltzAction listen accept connect send read shutdown close listener set abort crash reboot icmp inject flood

" What is expected.
syn keyword tcpwaltzExpectation sends never enters path ends error delivers accepts holds

" Small words between.
syn keyword tcpwaltzWord always by from to after within gaps seq ack len times bytes wrong source all peek forget auto manual
syn keyword tcpwaltzWord random none unknown spoofed least most first win flags half-open

syn keyword tcpwaltzSegment RST SYN-ACK SYN FIN DATA ACK any
syn keyword tcpwaltzState CLOSED LISTEN SYN-SENT SYN-RCVD SYN-RECEIVED ESTABLISHED FIN-WAIT-1
syn keyword tcpwaltzState FIN-WAIT-2 CLOSE-WAIT CLOSING LAST-ACK TIME-WAIT
syn keyword tcpwaltzError EAGAIN EADDRINUSE ECONNREFUSED ECONNRESET EINVAL EISCONN ENETDOWN
syn keyword tcpwaltzError ENOTCONN EPIPE ETIMEDOUT EHOSTUNREACH EADDRNOTAVAIL

syn match tcpwaltzKey "\<[a-z][a-z0-9_-]*\ze="
syn match tcpwaltzNumber "\<\d\+\(\.\d\+\)\?\(ns\|us\|ms\|s\|min\|h\|k\|M\|[kMG]\?bit\|mbit\)\?\>"
syn match tcpwaltzNumber "\<\d\+\(\.\d\+\)\?%"
syn match tcpwaltzArrow "->"

" A # with a digit behind it selects segments; any other one begins a comment.
syn match tcpwaltzSelect "\s\zs#\d[0-9.,]*"
syn match tcpwaltzComment "\(^\|\s\)#\(\d\)\@!.*$" contains=@Spell
syn match tcpwaltzComment "^\s*#.*$" contains=@Spell
syn region tcpwaltzText start=+"+ end=+"+ oneline contains=@Spell

hi def link tcpwaltzStatement Statement
hi def link tcpwaltzAction Function
hi def link tcpwaltzExpectation Conditional
hi def link tcpwaltzWord Keyword
hi def link tcpwaltzSegment Constant
hi def link tcpwaltzState Type
hi def link tcpwaltzError Exception
hi def link tcpwaltzKey Identifier
hi def link tcpwaltzNumber Number
hi def link tcpwaltzArrow Operator
hi def link tcpwaltzSelect Special
hi def link tcpwaltzComment Comment
hi def link tcpwaltzText String

let b:current_syntax = 'tcpwaltz'
