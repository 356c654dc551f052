# Writes a file's text as a C++ string literal: -DROOM -DNAME -DFROM -DTO. Called by soulvan_embed().
file(READ ${FROM} text)
# Compilers limit the length of one literal; adjacent ones join.
string(LENGTH "${text}" length)
set(literals "")
set(at 0)
while(at LESS length)
  string(SUBSTRING "${text}" ${at} 15000 piece)
  string(APPEND literals "R\"~table~(${piece})~table~\"\n")
  math(EXPR at "${at} + 15000")
endwhile()
file(WRITE ${TO} "// Made by cmake/embed.cmake from ${NAME}; do not edit.\n#include <string_view>\n\nnamespace soulvan::${ROOM}::data {\nextern std::string_view const ${NAME};\nstd::string_view const ${NAME} =\n${literals};\n}\n")
