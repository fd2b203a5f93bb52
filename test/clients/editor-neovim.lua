-- Neovim for one run without a person: opens $FILE, has the linter of $SNIPPET (for nvim-lint) look at it, and leaves in $SEEN as JSON what a
-- person would have seen.
--
-- nvim-lint comes from no registry that a check may ask. In its place stands what it promises a linter (doc/lint.txt, 2026-08): the functions
-- among `args` are called, the lines of the buffer go to standard input, and `parser` makes diagnostics of what comes on standard output and
-- behind it on standard error.
local lint = { linters = {}, linters_by_ft = {} }
local done = 0

function lint.try_lint()
  local bufnr = vim.api.nvim_get_current_buf()
  for _, name in ipairs(lint.linters_by_ft[vim.bo.filetype] or {}) do
    local linter = lint.linters[name]
    local command = { linter.cmd }
    for _, arg in ipairs(linter.args) do
      table.insert(command, type(arg) == 'function' and arg() or arg)
    end
    local lines = vim.api.nvim_buf_get_lines(bufnr, 0, -1, true)
    assert(linter.stream == 'both')
    vim.system(command, { stdin = table.concat(lines, '\n') .. '\n' }, vim.schedule_wrap(function(ended)
      assert(ended.code == 0 or linter.ignore_exitcode, 'exit code ' .. ended.code)
      vim.diagnostic.set(vim.api.nvim_create_namespace(name), bufnr, linter.parser(ended.stdout .. ended.stderr, bufnr))
      done = done + 1
    end))
  end
end

package.preload.lint = function() return lint end

local function diagnostics()
  return vim.tbl_map(function(diagnostic)
    local text = vim.api.nvim_buf_get_text(0, diagnostic.lnum, diagnostic.col, diagnostic.end_lnum, diagnostic.end_col, {})
    return {
      lnum = diagnostic.lnum,
      col = diagnostic.col,
      end_lnum = diagnostic.end_lnum,
      end_col = diagnostic.end_col,
      severity = vim.diagnostic.severity[diagnostic.severity],
      code = diagnostic.code,
      message = diagnostic.message,
      words = text,
    }
  end, vim.diagnostic.get(0))
end

local seen = {}
local ok, reason = xpcall(function()
  dofile(vim.env.SNIPPET)
  vim.cmd.edit(vim.fn.fnameescape(vim.env.FILE))
  seen.filetype = vim.bo.filetype
  assert(vim.wait(30000, function() return done == 1 end), 'no diagnostics in 30 s')
  seen.opened = diagnostics()
  -- An unsaved change: all moves down by a line.
  vim.api.nvim_buf_set_lines(0, 0, 0, true, { '# nouveauté' })
  vim.api.nvim_exec_autocmds('TextChanged', { buffer = 0 })
  assert(vim.wait(30000, function() return done == 2 end), 'no diagnostics in 30 s after a change')
  seen.changed = diagnostics()
  vim.fn.writefile({ '{ "selct": [] }' }, vim.fs.dirname(vim.env.FILE) .. '/plimsoll.json')
  vim.api.nvim_exec_autocmds('TextChanged', { buffer = 0 })
  assert(vim.wait(30000, function() return done == 3 end), 'no diagnostics in 30 s of a broken configuration')
  seen.trouble = vim.tbl_map(function(each) return { each.lnum, vim.diagnostic.severity[each.severity], each.message } end, vim.diagnostic.get(0))
end, debug.traceback)
seen.exception = ok and '' or reason
vim.fn.writefile({ vim.json.encode(seen) }, vim.env.SEEN)
vim.cmd('qall!')
