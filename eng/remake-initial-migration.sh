#!/usr/bin/env bash
# Before the first release the schema is one migration, made anew whenever the model changes. After a release: dotnet ef migrations add.
set -euo pipefail
cd -P "$(dirname "$0")/.."
folder=DocuChat.Core/Persistence/Migrations
rm -rf "$folder"
dotnet tool restore >/dev/null
dotnet ef migrations add Initial --project DocuChat.Core --startup-project DocuChat.Core --output-dir Persistence/Migrations
# One name for good: a new timestamp each time would only make noise.
for made in "$folder"/*_Initial.cs "$folder"/*_Initial.Designer.cs; do
  mv "$made" "$folder/20261124000000_Initial${made##*_Initial}"
done
sed -i 's/\[Migration("[0-9]*_Initial")\]/[Migration("20261124000000_Initial")]/' "$folder/20261124000000_Initial.Designer.cs"
file=$folder/20261124000000_Initial.cs
# The SQL files, in their order: roles before any table, the rest after them.
perl -0pi -e 's/(protected override void Up\(MigrationBuilder migrationBuilder\)\s*\{\n)/$1            migrationBuilder.SqlFile("roles");\n/;
  s/(\n        \}\n\n        \/\/\/ <inheritdoc \/>\n        protected override void Down)/\n            migrationBuilder.SqlFile("chunk_embeddings");\n            migrationBuilder.SqlFile("lexical_index");\n            migrationBuilder.SqlFile("row_level_security");\n            migrationBuilder.SqlFile("lookups");\n            migrationBuilder.SqlFile("vector_shards");\n            migrationBuilder.SqlFile("claim_document");\n            migrationBuilder.SqlFile("billing");\n            migrationBuilder.SqlFile("budget");$1/' "$file"
