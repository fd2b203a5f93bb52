" A vimrc for Vim with ALE, for one run without a person: opens $FILE, lets ALE lint it and mend it, writes it, and leaves in $SEEN as JSON
" what a person would have seen. The linter of the README is in ~/.vim.
set nocompatible nomore
filetype plugin on
let g:ale_fixers = {'dockerfile': ['plimsoll']}
let g:ale_set_lists_synchronously = 1
packadd! ale

let s:events = []

function! s:WaitFor(event) abort
    for l:i in range(1500)
        if index(s:events, a:event) >= 0
            let s:events = []

            return
        endif

        sleep 20m
    endfor

    throw 'no ' . a:event . ' in 30 s'
endfunction

" What :lopen lists, files by their names, and what ALE alone knows of it: the rule, and the text of :ALEDetail.
function! s:Findings() abort
    let l:known = ale#engine#GetLoclist(bufnr(''))

    return map(getloclist(0), {index, item -> {
    \   'file': fnamemodify(bufname(item.bufnr), ':t'),
    \   'lnum': item.lnum,
    \   'col': item.col,
    \   'end_lnum': item.end_lnum,
    \   'end_col': item.end_col,
    \   'type': item.type,
    \   'text': item.text,
    \   'code': l:known[index].code,
    \   'detail': l:known[index].detail,
    \}})
endfunction

" The texts that are highlighted in the window, in the order of their places.
function! s:Highlighted() abort
    let l:texts = []

    for l:match in filter(getmatches(), {_, match -> match.group =~# '^ALE' && match.group !~# 'Line$'})
        for [l:lnum, l:col, l:length] in filter(map(range(1, 8), {_, i -> get(l:match, 'pos' . i, [])}), {_, pos -> len(pos) == 3})
            call add(l:texts, [l:lnum, l:col, strpart(getline(l:lnum), l:col - 1, l:length)])
        endfor
    endfor

    return map(sort(l:texts, {a, b -> a[0] - b[0] == 0 ? a[1] - b[1] : a[0] - b[0]}), {_, text -> text[2]})
endfunction

function! s:Run() abort
    let l:seen = {'filetype': ''}

    try
        execute 'edit' fnameescape($FILE)
        let l:seen.filetype = &filetype
        call s:WaitFor('ALELintPost')
        let l:seen.findings = s:Findings()
        let l:seen.highlighted = s:Highlighted()
        ALEFix
        call s:WaitFor('ALEFixPost')
        call s:WaitFor('ALELintPost')
        write
        let l:seen.left = s:Findings()
        call writefile(['{ "selct": [] }'], fnamemodify($FILE, ':h') . '/plimsoll.json')
        ALELint
        call s:WaitFor('ALELintPost')
        let l:seen.trouble = map(getloclist(0), {_, item -> [item.lnum, item.type, item.text]})
    catch
        let l:seen.exception = v:exception . ', ' . v:throwpoint
    endtry

    call writefile([json_encode(l:seen)], $SEEN)
    qall!
endfunction

augroup plimsoll
    autocmd!
    autocmd User ALELintPost call add(s:events, 'ALELintPost')
    autocmd User ALEFixPost call add(s:events, 'ALEFixPost')
    autocmd VimEnter * ++nested call s:Run()
augroup END
