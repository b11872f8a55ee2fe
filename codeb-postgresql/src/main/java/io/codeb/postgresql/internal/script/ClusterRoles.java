package io.codeb.postgresql.internal.script;

import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The roles that a script of pg_dumpall has in front of its databases, for who wants them: those that the server lacks
 * are made, and get what the script says of them. Those that it has stay as they are, whatever the script says.
 *
 * <p>They are made in one transaction, which ends when the script comes to the database that is wanted. So a script
 * that does not have it makes none, and none is half made.
 */
final class ClusterRoles {
    private final ScriptRules rules;
    private final Set<String> made = new LinkedHashSet<>();
    private final Set<String> kept = new TreeSet<>();
    private boolean begun;

    ClusterRoles(ScriptRules rules) {
        this.rules = rules;
    }

    /** Judges a statement in front of the databases. */
    ScriptVerdict judge(ScriptTokens tokens) {
        if (tokens.isWord(0, "grant")) {
            return grant(tokens);
        }
        int name = tokens.indexOf(0, "role") + 1;
        ScriptTokens.Token role = name > 0 && tokens.indexOf(0, "on", "database") < 0 ? tokens.at(name) : null;
        if (role == null || !role.isName() || tokens.isWord(0, "drop")) {
            return ScriptVerdict.OMIT;
        }
        String wanted = wanted(role);
        if (tokens.isWord(0, "create") && rules.serverRoles().contains(wanted)) {
            kept.add(wanted);
        } else if (tokens.isWord(0, "create")) {
            made.add(wanted);
        }
        if (!made.contains(wanted) || tokens.indexOf(name, "in", "database") > 0) {
            return ScriptVerdict.OMIT;
        }
        return changed(tokens, new TreeMap<>(Map.of(role.from(), replacement(role))));
    }

    /** A membership is its member's: roles that the server has get no new ones. */
    private ScriptVerdict grant(ScriptTokens tokens) {
        int to = tokens.indexOf(1, "to");
        ScriptTokens.Token group = tokens.at(1);
        ScriptTokens.Token member = to == 2 ? tokens.at(3) : null;
        if (group == null || !group.isName() || member == null || !member.isName() || !made.contains(wanted(member))) {
            return ScriptVerdict.OMIT;
        }
        SortedMap<Integer, ScriptTokens.Replacement> changes =
                new TreeMap<>(Map.of(group.from(), replacement(group), member.from(), replacement(member)));
        // Who granted it there may be nobody here.
        int by = tokens.indexOf(to, "granted", "by");
        for (int i = by; by > 0 && i <= by + 2; i++) {
            ScriptTokens.Token token = tokens.at(i);
            if (token != null) {
                changes.put(token.from(), new ScriptTokens.Replacement(token, ""));
            }
        }
        return changed(tokens, changes);
    }

    private ScriptVerdict changed(ScriptTokens tokens, SortedMap<Integer, ScriptTokens.Replacement> changes) {
        ByteBuffer statement = tokens.replace(changes);
        if (begun || rules.oneTransaction()) {
            return new ScriptVerdict.Replace(statement);
        }
        begun = true;
        byte[] begin = {'B', 'E', 'G', 'I', 'N', ';', ' '};
        return new ScriptVerdict.Replace(ByteBuffer.allocate(begin.length + statement.remaining())
                .put(begin)
                .put(statement)
                .flip());
    }

    private String wanted(ScriptTokens.Token role) {
        return rules.options().roles().getOrDefault(role.text(), role.text());
    }

    private ScriptTokens.Replacement replacement(ScriptTokens.Token role) {
        return new ScriptTokens.Replacement(role, SqlText.identifier(wanted(role)));
    }

    /** What is run when the script comes to the database that is wanted. */
    String commit() {
        boolean open = begun;
        begun = false;
        return open ? "COMMIT; " : "";
    }

    /** Which of its roles the server had already, as one sentence; null for none. */
    @Nullable
    String notice() {
        if (kept.isEmpty()) {
            return null;
        }
        String told = ShortList.of(kept);
        kept.clear();
        return "roles of the script that the server has already were left as they are: " + told;
    }

    /** Those that it makes. */
    Set<String> made() {
        return made;
    }
}
