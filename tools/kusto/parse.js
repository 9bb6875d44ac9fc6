// Reads {tables: {name: "(column: type, …)"}, queries: {name: text}} from standard input and writes, by name, what
// Microsoft's parser says against each query: [[code, message, position, length, severity], …].
const { join } = require("path");
const { readFileSync } = require("fs");

const folder = join(process.argv[2], "node_modules", "@kusto", "language-service-next");
require(join(folder, "bridge.min.js"));
require(join(folder, "Kusto.Language.Bridge.min.js"));
const { GlobalState, KustoCode, Symbols } = globalThis.Kusto.Language;

const { tables, queries } = JSON.parse(readFileSync(0, "utf8"));
const members = Object.entries(tables).map(([name, schema]) => new Symbols.TableSymbol.$ctor7(name, schema, null));
const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor("workspace", members));

const found = {};
for (const [name, text] of Object.entries(queries)) {
  const diagnostics = KustoCode.ParseAndAnalyze(text, globals).GetDiagnostics();
  found[name] = [];
  for (let each = 0; each < diagnostics.Count; each++) {
    const { Code, Message, Start, Length, Severity } = diagnostics.getItem(each);
    found[name].push([Code, Message, Start, Length, Severity]);
  }
}
process.stdout.write(JSON.stringify(found));
