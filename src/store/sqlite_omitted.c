// The parts of SQLite that are left out of the build, where its ready-made parser still calls them.
//
// Virtual tables: a file that has some (full-text search, say) must still open. Their rows in the schema are read over,
// so that to placecard the tables are not there; they stay in the file untouched. ALTER TABLE, ANALYZE and REINDEX:
// nothing here runs them. The signatures are SQLite's own, so that another version which changes one fails to link.
#include <stddef.h>

typedef struct Parse Parse;
typedef struct Token Token;
typedef struct SrcList SrcList;
typedef struct Expr Expr;

void sqlite3VtabBeginParse(Parse* parse, Token* name, Token* database, Token* module, int if_not_exists) {
  (void)parse, (void)name, (void)database, (void)module, (void)if_not_exists;
}
void sqlite3VtabFinishParse(Parse* parse, Token* end) { (void)parse, (void)end; }
void sqlite3VtabArgInit(Parse* parse) { (void)parse; }
void sqlite3VtabArgExtend(Parse* parse, Token* argument) { (void)parse, (void)argument; }

void sqlite3Analyze(Parse* parse, Token* first, Token* second) { (void)parse, (void)first, (void)second; }
void sqlite3Reindex(Parse* parse, Token* first, Token* second) { (void)parse, (void)first, (void)second; }

void sqlite3AlterRenameTable(Parse* parse, SrcList* table, Token* name) { (void)parse, (void)table, (void)name; }
void sqlite3AlterRenameColumn(Parse* parse, SrcList* table, Token* from, Token* to) {
  (void)parse, (void)table, (void)from, (void)to;
}
void sqlite3AlterDropConstraint(Parse* parse, SrcList* table, Token* name, Token* column) {
  (void)parse, (void)table, (void)name, (void)column;
}
void sqlite3AlterAddConstraint(Parse* parse, SrcList* table, Token* first, Token* name, const char* text, int size,
                               Expr* check) {
  (void)parse, (void)table, (void)first, (void)name, (void)text, (void)size, (void)check;
}
void sqlite3AlterSetNotNull(Parse* parse, SrcList* table, Token* column, Token* first) {
  (void)parse, (void)table, (void)column, (void)first;
}
void sqlite3AlterFinishAddColumn(Parse* parse, Token* definition) { (void)parse, (void)definition; }
void sqlite3AlterBeginAddColumn(Parse* parse, SrcList* table) { (void)parse, (void)table; }
void sqlite3AlterDropColumn(Parse* parse, SrcList* table, const Token* name) { (void)parse, (void)table, (void)name; }
