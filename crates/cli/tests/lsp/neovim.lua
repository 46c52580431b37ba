-- Neovim as a client of the server: `nvim --headless -u NONE -l` is too new for what Debian has, so
-- this is sourced. Writes what it saw, a line each, and quits.
local out = {}
local function say(text) table.insert(out, text) end
local function finish()
  vim.fn.writefile(out, vim.env.TRILITH_SEEN)
  vim.cmd('qa!')
end

local function rules(buffer)
  local found = {}
  for _, one in ipairs(vim.diagnostic.get(buffer)) do table.insert(found, one.code .. '@' .. one.lnum) end
  table.sort(found)
  return table.concat(found, ' ')
end

local function wait_for(what, condition)
  if not vim.wait(30000, condition, 20) then say('waited in vain for ' .. what); finish() end
end

local ok, error = pcall(function()
  vim.cmd('edit ' .. vim.env.TRILITH_FILE)
  local buffer = vim.api.nvim_get_current_buf()
  local client = vim.lsp.start_client({
    name = 'trilith', cmd = { vim.env.TRILITH, 'lsp' }, root_dir = vim.fn.getcwd(),
  })
  vim.lsp.buf_attach_client(buffer, client)
  wait_for('findings', function() return #vim.diagnostic.get(buffer) > 0 end)
  say('opened: ' .. rules(buffer))
  -- A line above everything, and a repair.
  vim.api.nvim_buf_set_lines(buffer, 0, 0, false, { '# é😀' })
  local count = vim.api.nvim_buf_line_count(buffer)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, count, false)) do
    if line:find('0.0.0.0/0', 1, true) then
      local new = line:gsub('0%.0%.0%.0/0', '10.0.0.0/8')
      vim.api.nvim_buf_set_lines(buffer, number - 1, number, false, { new })
    end
  end
  wait_for('the repair', function() return not rules(buffer):find('admin%-port') end)
  say('edited: ' .. rules(buffer))
  local at = vim.diagnostic.get(buffer)[1]
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(buffer),
    position = { line = at.lnum, character = at.col },
  }
  local answers = vim.lsp.buf_request_sync(buffer, 'textDocument/hover', params, 30000)
  say('hover: ' .. answers[client].result.contents.value:gsub('\n', ' '))
  params.range = { start = params.position, ['end'] = params.position }
  params.context = { diagnostics = {} }
  answers = vim.lsp.buf_request_sync(buffer, 'textDocument/codeAction', params, 30000)
  for _, action in ipairs(answers[client].result) do say('action: ' .. action.title) end
  vim.lsp.util.apply_workspace_edit(answers[client].result[1].edit, 'utf-16')
  wait_for('the waiver', function() return rules(buffer):find('waiver%-malformed') or rules(buffer):find('waiver%-expired') end)
  say('waived: ' .. rules(buffer))
  vim.lsp.stop_client(client)
  wait_for('the end', function() return vim.lsp.client_is_stopped(client) end)
  say('stopped')
end)
if not ok then say('error: ' .. tostring(error)) end
finish()
