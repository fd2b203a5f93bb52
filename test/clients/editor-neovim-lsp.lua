-- Neovim for one run without a person, with the language server of $SNIPPET: opens $FILE and goes through what its client offers, as the keys
-- and commands of Neovim do. Leaves in $SEEN as JSON what a person would have seen. $ENCODING is the only unit of columns Neovim speaks, where
-- it is set.
local seen = {}

local function waitFor(what, condition)
  assert(vim.wait(30000, condition, 20), 'waited 30 s for ' .. what)
end

local function diagnostics()
  local list = vim.tbl_map(function(each)
    return {
      code = each.code,
      severity = vim.diagnostic.severity[each.severity],
      source = each.source,
      message = each.message,
      lnum = each.lnum,
      col = each.col,
      end_lnum = each.end_lnum,
      end_col = each.end_col,
      words = vim.api.nvim_buf_get_text(0, each.lnum, each.col, each.end_lnum, each.end_col, {}),
    }
  end, vim.diagnostic.get(0))
  table.sort(list, function(a, b) return a.lnum == b.lnum and a.col < b.col or a.lnum < b.lnum end)
  return list
end

local function isFound(code)
  return vim.iter(vim.diagnostic.get(0)):any(function(diagnostic) return diagnostic.code == code end)
end

local function lines()
  return vim.api.nvim_buf_get_lines(0, 0, -1, true)
end

-- What `K` shows at a place; line 1-based, column in bytes, 0-based.
local function hover(line, column)
  vim.api.nvim_win_set_cursor(0, { line, column })
  vim.lsp.buf.hover({ silent = true })
  local text
  waitFor('a hover at line ' .. line, function()
    local window = vim.b.lsp_floating_preview
    if not window or not vim.api.nvim_win_is_valid(window) then return false end
    text = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, true)
    vim.api.nvim_win_close(window, true)
    return true
  end)
  return text
end

-- What `gra` offers at a place, and the text after the action that is chosen, until `gone` is no longer found.
local function act(line, column, only, choose, gone)
  vim.api.nvim_win_set_cursor(0, { line, column })
  local offered = {}
  local before = vim.api.nvim_buf_get_changedtick(0)
  vim.lsp.buf.code_action({
    apply = true,
    context = { only = only, diagnostics = vim.lsp.diagnostic.from(vim.diagnostic.get(0, { lnum = line - 1 })) },
    filter = function(action)
      table.insert(offered, { title = action.title, kind = action.kind, isPreferred = action.isPreferred or false })
      return choose(action)
    end,
  })
  waitFor('the action at line ' .. line, function() return vim.api.nvim_buf_get_changedtick(0) ~= before end)
  waitFor(gone .. ' to be gone', function() return not isFound(gone) end)
  return { offered = offered, lines = lines(), left = vim.tbl_map(function(each) return each.code end, diagnostics()) }
end

-- What is offered behind some letters.
local function completed(line, column)
  vim.api.nvim_win_set_cursor(0, { line, column })
  local params = vim.lsp.util.make_position_params(0, vim.lsp.get_clients({ bufnr = 0 })[1].offset_encoding)
  local answers = assert(vim.lsp.buf_request_sync(0, 'textDocument/completion', params, 30000))
  local labels = {}
  for _, answer in pairs(answers) do
    for _, item in ipairs(answer.result.items or answer.result) do table.insert(labels, item.label) end
  end
  return labels
end

local function undone(code)
  vim.cmd('silent undo')
  waitFor(code .. ' to be back', function() return isFound(code) end)
end

local ok, reason = xpcall(function()
  if vim.env.ENCODING then
    vim.lsp.config('*', { capabilities = { general = { positionEncodings = { vim.env.ENCODING } } } })
  end
  dofile(vim.env.SNIPPET)
  vim.cmd.edit(vim.fn.fnameescape(vim.env.FILE))
  waitFor('the server', function() return #vim.lsp.get_clients({ bufnr = 0, name = 'plimsoll' }) == 1 end)
  local client = vim.lsp.get_clients({ bufnr = 0, name = 'plimsoll' })[1]
  waitFor('diagnostics', function() return #vim.diagnostic.get(0) == tonumber(vim.env.COUNT) end)
  seen.encoding = client.offset_encoding
  seen.root = client.root_dir
  seen.pulls = client:supports_method('textDocument/diagnostic')
  seen.diagnostics = diagnostics()

  seen.rule = hover(4, 30)
  seen.image = hover(2, 6)
  seen.package = hover(4, 40)

  seen.fix = act(4, 30, { 'quickfix' }, function(action) return action.isPreferred end, 'pip-no-cache')
  undone('pip-no-cache')
  seen.ignore = act(5, 40, { 'quickfix' }, function(action) return action.title:find('this instruction') end, 'venv-activate-in-run')
  seen.comment = hover(5, 25)
  seen.completed = completed(5, 24)
  undone('venv-activate-in-run')
  seen.ignoreInFile = act(5, 40, { 'quickfix' }, function(action) return action.title:find('this file') end, 'venv-activate-in-run')
  undone('venv-activate-in-run')
  -- A line that is typed and not saved moves all below it.
  vim.api.nvim_buf_set_lines(0, 0, 0, true, { '# 🐳' })
  waitFor('the findings to move', function()
    return vim.iter(vim.diagnostic.get(0)):all(function(each) return each.lnum >= 3 end)
  end)
  seen.moved = diagnostics()
  vim.cmd('silent undo')
  waitFor('the findings to move back', function()
    return vim.iter(vim.diagnostic.get(0)):any(function(each) return each.lnum == 2 end)
  end)
  seen.fixAll = act(1, 0, { 'source.fixAll' }, function() return true end, 'shell-form-cmd')
  vim.cmd('silent write')
end, debug.traceback)
seen.exception = ok and '' or reason
vim.fn.writefile({ vim.json.encode(seen) }, vim.env.SEEN)
if vim.env.DIES then vim.uv.kill(vim.uv.os_getpid(), 'sigkill') end
vim.cmd('qall!')
