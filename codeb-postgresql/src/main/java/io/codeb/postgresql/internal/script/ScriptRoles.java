package io.codeb.postgresql.internal.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Where a statement names roles: as owners, as those to whom something is granted or applies, and as grantors. */
final class ScriptRoles {
    private static final Set<String> NO_ROLES =
            Set.of("public", "current_user", "current_role", "session_user", "default", "none");

    private final ScriptTokens statement;
    private final List<ScriptTokens.Token> roles = new ArrayList<>();

    private ScriptRoles(ScriptTokens statement) {
        this.statement = statement;
    }

    /** The tokens that are names of roles, in a statement on owners, privileges, policies or user mappings. */
    static List<ScriptTokens.Token> in(ScriptTokens statement) {
        ScriptRoles found = new ScriptRoles(statement);
        found.behind(statement.indexOf(0, "session", "authorization"), 2);
        found.behind(statement.indexOf(0, "owner", "to"), 2);
        found.behind(statement.indexOf(0, "privileges", "for", "role"), 3);
        found.behind(statement.indexOf(0, "privileges", "for", "user"), 3);
        found.behind(statement.indexOf(0, "user", "mapping", "for"), 3);
        found.behind(statement.indexOf(0, "granted", "by"), 2);
        int object = statement.indexOf(0, "on");
        if (object > 0) {
            found.behind(statement.indexOf(object, "to"), 1);
            // In a policy this belongs to a query.
            found.behind(statement.indexOf(0, "policy") < 0 ? statement.indexOf(object, "from") : -1, 1);
        }
        return found.roles;
    }

    private void behind(int keywords, int length) {
        int i = keywords + length;
        boolean more = keywords >= 0;
        while (more) {
            i += statement.isWord(i, "group") ? 1 : 0;
            ScriptTokens.Token token = statement.at(i);
            if (token != null && isRole(token) && !roles.contains(token)) {
                roles.add(token);
            }
            more = statement.isSymbol(i + 1, ',');
            i += 2;
        }
    }

    private static boolean isRole(ScriptTokens.Token token) {
        return switch (token.kind()) {
            case WORD -> !NO_ROLES.contains(token.text());
            case NAME, LITERAL -> true;
            case SYMBOL -> false;
        };
    }
}
