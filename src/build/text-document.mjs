/**
 * Stands in for vscode-languageserver-textdocument in the bundles. dockerfile-ast asks it for places all the time, always
 * near the last one, and the texts it gets from plimsoll have no line ends but `\n`: remembering the line makes its answers
 * free, and reading Dockerfiles a sixth faster (`npm run bench`).
 */
export const TextDocument = {
  create: (uri, languageId, version, text) => new LineFeedDocument(uri, languageId, version, text),
};

class LineFeedDocument {
  constructor(uri, languageId, version, text) {
    this.uri = uri;
    this.languageId = languageId;
    this.version = version;
    this.text = text;
    /** Offset of the first character of each line. */
    this.starts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
    this.line = 0;
  }

  get lineCount() {
    return this.starts.length;
  }

  getText(range) {
    return range === undefined ? this.text : this.text.slice(this.offsetAt(range.start), this.offsetAt(range.end));
  }

  positionAt(wanted) {
    const offset = Math.min(Math.max(wanted, 0), this.text.length);
    while (this.starts[this.line] > offset) this.line--;
    while (this.line + 1 < this.starts.length && this.starts[this.line + 1] <= offset) this.line++;
    return { line: this.line, character: offset - this.starts[this.line] };
  }

  offsetAt({ line, character }) {
    if (line >= this.starts.length) return this.text.length;
    if (line < 0) return 0;
    const end = line + 1 < this.starts.length ? this.starts[line + 1] - 1 : this.text.length;
    return Math.min(this.starts[line] + Math.max(character, 0), end);
  }
}
