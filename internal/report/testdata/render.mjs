// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

// Renders the Markdown on standard input with each of the renderers, as JSON.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const folder = process.argv[2]
const require = createRequire(folder + '/')
const load = async (name) => import(pathToFileURL(require.resolve(name)))
const text = readFileSync(0, 'utf8')
const { default: MarkdownIt } = await load('markdown-it')
const { marked } = await load('marked')
const { micromark } = await load('micromark')
const { gfm, gfmHtml } = await load('micromark-extension-gfm')
console.log(JSON.stringify({
  'markdown-it': new MarkdownIt({ html: true, linkify: true }).render(text),
  marked: marked.parse(text),
  micromark: micromark(text, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] }),
}))
