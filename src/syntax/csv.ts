/**
 * One line of comma-separated values, as `--mount` and `--device` take them (tonistiigi/go-csvvalue, 2024-08): a field may
 * stand in double quotes, a quotation mark inside is doubled. Undefined when BuildKit refuses the line; an empty one is.
 */
export function csvFields(line: string): readonly string[] | undefined {
  const fields: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/gy;
  if (line === '') return undefined;
  for (;;) {
    const match = field.exec(line);
    if (match === null) return undefined;
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '') return fields;
  }
}
