/**
 * What every page of `--format html` has: its looks, its script and the mark of the Plimsoll line. Colours keep to WCAG AA on
 * their grounds, in light and dark; `test/clients/chromium.mjs` measures them.
 */

/** A disc with a line through it. */
export const MARK =
  '<svg viewBox="0 0 32 20" width="32" height="20" aria-hidden="true"><circle cx="16" cy="10" r="7.5" fill="none" stroke="currentColor" stroke-width="2"/><path d="M1 10h30" stroke="currentColor" stroke-width="2"/></svg>';

/** The style sheet. */
export const STYLE = `
:root{--ground:#fff;--ink:#1b2733;--soft:#566472;--line:#dde3e8;--sea:#0a5a86;--water:#eff6fa;--error:#b3261e;--warning:#8a5200;--info:#43607a;--gone:#fcebea;--new:#e9f5ec;
--mono:ui-monospace,SFMono-Regular,"SF Mono",Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace}
@media screen and (prefers-color-scheme:dark){:root{--ground:#11181f;--ink:#dde5ec;--soft:#98a6b3;--line:#2b3742;--sea:#74bbe8;--water:#16232e;--error:#ff938a;--warning:#e6b866;--info:#a3bdd4;--gone:#38201f;--new:#173023}}
*{box-sizing:border-box}
@media screen{html{color-scheme:light dark}}
html{-webkit-text-size-adjust:100%;scroll-padding-top:1.5rem}
body{margin:0 auto;max-width:92rem;padding:2rem clamp(1rem,4vw,3rem) 3rem;background:var(--ground);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
h1,h2,h3,h4,p,ul,ol,pre{margin:0}
ul,ol{padding:0;list-style:none}
code,pre{font-family:var(--mono);font-size:.87em}
pre{white-space:pre-wrap;overflow-wrap:anywhere}
p,li,h1,h2,h3,h4,summary{overflow-wrap:anywhere}
a{color:var(--sea);text-decoration-thickness:1px;text-underline-offset:.2em}
:focus-visible{outline:2px solid var(--sea);outline-offset:2px;border-radius:2px}
summary{cursor:pointer}
.n{color:var(--soft);font-variant-numeric:tabular-nums}
.sev.error{color:var(--error)}.sev.warning{color:var(--warning)}.sev.info{color:var(--info)}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem}
.brand{display:flex;align-items:center;gap:.5rem;color:var(--sea);font-weight:600;letter-spacing:.01em}
h1{margin-top:1.25rem;font-size:clamp(1.6rem,1.2rem + 1.6vw,2.3rem);line-height:1.2;font-weight:650;letter-spacing:-.015em;text-wrap:balance}
.facts{margin-top:.35rem;color:var(--soft)}.facts code{white-space:nowrap}
.filters{display:flex;flex-wrap:wrap;align-items:center;gap:.5rem 1.75rem;margin-top:1.5rem;padding:.75rem 0;border-block:1px solid var(--line)}
.filters[hidden]{display:none}
.filters fieldset{display:flex;flex-wrap:wrap;gap:.35rem 1.25rem;margin:0;padding:0;border:0;min-width:0}
.filters legend{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.filters label{display:inline-flex;align-items:center;gap:.4rem;min-height:1.75rem}
.filters input[type=checkbox]{width:1rem;height:1rem;margin:0;accent-color:var(--sea)}
.filters input[type=search]{width:14rem;max-width:100%;padding:.2rem .5rem;border:1px solid var(--soft);border-radius:4px;background:var(--ground);color:inherit;font:inherit}
.filters details[open]{flex-basis:100%;order:9}
.filters details p{margin:.5rem 0}
.filters button{padding:.15rem .7rem;border:1px solid var(--soft);border-radius:4px;background:none;color:inherit;font:inherit;cursor:pointer}
.filters .rules{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(17rem,100%),1fr));gap:.1rem 1rem}
.filters output{margin-left:auto;color:var(--soft)}
.files{margin-top:1.25rem;columns:20rem;column-gap:3rem}
.files li{display:flex;flex-wrap:wrap;align-items:baseline;column-gap:.7rem;break-inside:avoid;padding:.15rem 0}
.files li[hidden]{display:none}
.files .sev,.files .n{font-size:.9em;white-space:nowrap}
.failures{margin-top:2.5rem}.failures h2{font-size:1.1rem}.failures li{margin-top:.35rem}.failures b{font-weight:600}
article{margin-top:3.5rem}
article.clean{margin-top:1rem}
.failures+article{margin-top:2.5rem}
article.clean+article:not(.clean),article:not(.clean)+article.clean{margin-top:3.5rem}
article>header{display:flex;flex-wrap:wrap;align-items:baseline;gap:.15rem 1rem;padding-bottom:.6rem;border-bottom:1px solid var(--line)}
h2{display:inline;font-size:1.2rem;font-weight:650;letter-spacing:-.005em}
.clean summary h2{font-size:1rem;font-weight:500;margin-right:.5rem}
.mended{margin-top:.75rem;color:var(--soft)}.mended li{margin:.2rem 0 0 1.1rem}
.file{margin-top:1rem}
.source{min-width:0}
.source>li{position:relative;padding-left:3.75rem}
.source>li::before{content:counter(list-item);position:absolute;left:0;width:2.75rem;text-align:right;color:var(--soft);font:.78rem/1.55rem var(--mono);font-variant-numeric:tabular-nums}
.source>li>code{display:block;min-height:1.55rem;padding-left:2ch;text-indent:-2ch;line-height:1.55rem;white-space:pre-wrap;overflow-wrap:anywhere;tab-size:4}
.source>li:target>code,.layers li:target{background:var(--water)}
.source .comment>code{color:var(--soft)}
.source b{font-weight:650}
mark{background:none;color:inherit;text-decoration:underline 2px;text-decoration-skip-ink:none;text-underline-offset:.28em}
mark.error{text-decoration-color:var(--error)}mark.warning{text-decoration-color:var(--warning)}mark.info{text-decoration-color:var(--info)}
mark.off{text-decoration:none}
dfn{font-style:normal;text-decoration:underline dotted 1px var(--soft);text-decoration-skip-ink:none;text-underline-offset:.28em;cursor:help}
.about{display:none;position:absolute;z-index:1;max-width:min(42rem,calc(100% - 3.75rem));padding:.5rem .8rem;border:1px solid var(--soft);border-radius:4px;background:var(--ground);font-size:.92rem}
.about p+p{margin-top:.3rem}.about b{font-family:var(--mono);font-size:.87em}
body:not(.quiet) .source>li:has(dfn:is(:hover,:focus))>.about,body:not(.quiet) .about:hover{display:block}
.source>li.gap{margin-top:.6rem;padding-top:.6rem;border-top:1px dashed var(--line)}
.finding{max-width:46rem;margin:.45rem 0 1rem;padding:.1rem 0 .1rem 1rem;border-left:3px solid var(--info)}
.finding.error{border-color:var(--error)}.finding.warning{border-color:var(--warning)}
.finding[hidden]{display:none}
.finding:target{background:var(--water)}
.finding.silenced{border-left-style:dotted}.finding.silenced .fact{color:var(--soft)}
.fact{font-weight:500}
.fact .sev{font-weight:650}
.finding>*+*{margin-top:.3rem}
.help pre{margin-top:.3rem;padding-left:1rem}
.fix summary b,.risk b{font-weight:650}
.safety{margin-left:.3rem;padding:0 .45rem;border:1px solid currentColor;border-radius:99px;font-size:.78rem;white-space:nowrap}
.safety.safe{color:var(--sea)}.safety.unsafe{color:var(--warning)}
.fix>p,.risk,.note,.why{color:var(--soft)}
.fix>p{margin:.3rem 0 .3rem 1.1rem}
.change{margin:.4rem 0 .3rem 1.1rem}
.change del,.change ins{display:inline-block;width:100%;padding-left:2ch;text-indent:-2ch;text-decoration:none;color:var(--ink)}
.change del{background:var(--gone)}.change ins{background:var(--new)}
.why summary{font-size:.92em}
.why p,.why ul{margin:.4rem 0 .4rem 1.1rem}.why li{list-style:disc;margin-left:1.1rem}
.layers{margin-bottom:1.5rem;font-size:.92rem}
.layers h3{display:inline;font-size:1rem;font-weight:650}
.layers p{color:var(--soft)}
.stage{margin-top:1.1rem}
.stage h4{display:inline;font-size:.95rem;font-weight:650}
.role{color:var(--soft)}
.stage.image .role{color:var(--sea)}
.stage ol{margin-top:.3rem;border-top:1px solid var(--line)}
.stage li{padding:.3rem .5rem;border-bottom:1px solid var(--line)}
.stage li>a{display:flex;gap:.6rem;min-width:0;color:inherit;text-decoration:none}
.stage li>a:hover code{text-decoration:underline}
.stage li>a .n{flex:none;min-width:1.6rem;text-align:right;font:.78rem/1.5rem var(--mono)}
.stage li>a code{min-width:0;overflow:hidden;white-space:nowrap;text-overflow:ellipsis;line-height:1.5rem}
.known{padding-left:2.2rem;font-size:.92em}
.stage li.below{background:var(--water)}
.stage .water{display:flex;align-items:center;gap:.5rem;padding:.2rem .5rem;border-bottom:2px solid var(--sea);color:var(--sea);font-size:.9em}
.stage .water.perhaps{border-bottom-style:dashed}
.stage .water svg{flex:none}
footer{margin-top:4rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);font-size:.92rem}
@media (min-width:70rem){.with-layers{display:grid;grid-template-columns:minmax(0,1fr) 25rem;gap:3rem;align-items:start}.layers{grid-column:2;grid-row:1;margin:0}.with-layers .source{grid-column:1;grid-row:1}}
@media (max-width:40rem){.source>li{padding-left:2.6rem}.source>li::before{width:1.9rem}.about{max-width:calc(100% - 2.6rem)}.finding{padding-left:.7rem;margin-left:-1.2rem}.filters output{margin-left:0}}
@media print{body{max-width:none;padding:0;font-size:10pt}.filters,.skip,footer{display:none}.finding,.stage li{break-inside:avoid}details::details-content{content-visibility:visible;block-size:auto}a{color:inherit;text-decoration:none}.source .about{display:block;position:static;max-width:none;margin:.1rem 0 .4rem;padding:0 0 0 1rem;border:0;color:var(--soft)}}
`;

/** What filters, opens everything for paper, and puts explanations away at Escape. Nothing of the user stands in it. */
export const SCRIPT = `
(() => {
  const form = document.getElementById('filters');
  const findings = [...document.querySelectorAll('.finding')];
  const closed = [];
  // Where they would stand in front of the text and not beside it.
  if (!matchMedia('(min-width:70rem)').matches) for (const each of document.querySelectorAll('.layers details')) each.open = false;
  addEventListener('beforeprint', () => {
    for (const each of document.querySelectorAll('article details:not([open])')) { each.open = true; closed.push(each); }
  });
  addEventListener('afterprint', () => { for (const each of closed.splice(0)) each.open = false; });
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    for (let each = target; each; each = each.parentElement) {
      each.hidden = false;
      if (each.localName === 'details') each.open = true;
    }
    if (target && target.localName === 'article' && target.querySelector(':scope > details')) target.querySelector(':scope > details').open = true;
  };
  addEventListener('keydown', (event) => { if (event.key === 'Escape') document.body.classList.add('quiet'); });
  for (const next of ['pointerover', 'focusin']) addEventListener(next, () => document.body.classList.remove('quiet'));
  addEventListener('hashchange', reveal);
  reveal();
  if (!form) return;
  const boxes = (kind) => [...form.querySelectorAll('[data-' + kind + ']')];
  const chosen = (kind) => new Set(boxes(kind).filter((box) => box.checked).map((box) => box.dataset[kind]));
  const search = document.getElementById('search');
  const texts = new Map();
  const textOf = (finding) => {
    if (!texts.has(finding)) texts.set(finding, (finding.textContent + ' ' + finding.closest('article').querySelector('h2').textContent).toLowerCase());
    return texts.get(finding);
  };
  const around = document.getElementById('around');
  const narrow = (lines) => {
    const near = new Uint8Array(lines.length).fill(around.checked ? 0 : 1);
    if (around.checked) lines.forEach((line, i) => { if (line.querySelector('.finding:not([hidden])')) near.fill(1, Math.max(0, i - 2), i + 3); });
    lines.forEach((line, i) => {
      line.hidden = near[i] === 0;
      line.classList.toggle('gap', i > 0 && near[i] > near[i - 1]);
    });
  };
  const apply = () => {
    const severities = chosen('severity'), rules = chosen('rule'), words = search.value.trim().toLowerCase();
    let shown = 0;
    const off = new Set();
    for (const finding of findings) {
      finding.hidden = !severities.has(finding.dataset.severity) || !rules.has(finding.dataset.rule) || (words !== '' && !textOf(finding).includes(words));
      if (finding.hidden) off.add(finding.id); else shown++;
    }
    for (const mark of document.querySelectorAll('mark')) mark.classList.toggle('off', mark.dataset.of.split(' ').every((id) => off.has(id)));
    const isWhole = off.size === 0;
    for (const article of document.querySelectorAll('article')) {
      const isEmpty = !isWhole && !article.querySelector('.finding:not([hidden])');
      article.hidden = isEmpty;
      const item = document.querySelector('[data-file="' + article.id + '"]');
      if (item) item.hidden = isEmpty;
    }
    document.getElementById('shown').value = isWhole ? '' : shown + ' of ' + findings.length + ' shown';
    for (const list of document.querySelectorAll('.source')) narrow([...list.children]);
  };
  form.addEventListener('input', apply);
  form.addEventListener('submit', (event) => event.preventDefault());
  for (const button of form.querySelectorAll('[data-all]')) button.addEventListener('click', () => {
    for (const box of boxes('rule')) box.checked = button.dataset.all === 'true';
    apply();
  });
  form.hidden = false;
  apply();
})();
`;
