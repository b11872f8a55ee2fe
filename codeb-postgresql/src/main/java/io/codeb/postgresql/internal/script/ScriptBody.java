package io.codeb.postgresql.internal.script;

import io.codeb.model.Reach;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows the code of a DO block, and the strings in it that it may execute, for statements and calls that reach beyond
 * the database. What the code puts together at run time cannot be told.
 */
final class ScriptBody implements ScriptLexer.Tokens {
    private static final int MOST_NESTED = 3;
    private static final Set<String> MAKING = Set.of("create", "alter", "drop");

    /** What comes after CREATE, ALTER and DROP. */
    private static final Map<String, Reach> MADE = Map.of(
            "role", Reach.ROLES,
            "user", Reach.ROLES,
            "group", Reach.ROLES,
            "database", Reach.DATABASES,
            "tablespace", Reach.TABLESPACES,
            "system", Reach.SERVER_SETTINGS,
            "subscription", Reach.REPLICATION);

    /** What comes after the ON of GRANT, REVOKE, COMMENT and SECURITY LABEL. */
    private static final Map<String, Reach> TOUCHED = Map.of(
            "role", Reach.ROLES,
            "database", Reach.DATABASES,
            "tablespace", Reach.TABLESPACES,
            "parameter", Reach.SERVER_SETTINGS);

    private final int depth;
    private final ScriptLexer lexer = new ScriptLexer(ScriptLexer.Reader.SERVER, this);
    private final ScriptCallWatch calls = new ScriptCallWatch();
    private @Nullable ScriptBody nested;

    private @Nullable Reach reach;
    private String what = "";

    private String verb = "";
    private String before = "";
    private boolean user;
    private boolean target;
    private boolean otherSide;

    ScriptBody() {
        this(0);
    }

    private ScriptBody(int depth) {
        this.depth = depth;
    }

    /** What the code reaches; null for nothing that can be told. */
    @Nullable
    Reach reach() {
        return reach;
    }

    /** The statement or function that reaches it. */
    String what() {
        return what;
    }

    /** Reads on. */
    void scan(byte[] bytes, int from, int to) {
        int p = from;
        while (p < to) {
            p = lexer.scan(bytes, p, to);
            switch (lexer.stop()) {
                case SEMICOLON -> endStatement();
                // Ranges of PL/pgSQL look like broken numbers.
                case INVALID -> lexer.resume();
                case BACKSLASH, CHUNK_END, INTERRUPTED -> {}
            }
        }
    }

    /** Takes the end of the code. */
    void end() {
        scan(new byte[] {'\n'}, 0, 1);
        endStatement();
    }

    private void endStatement() {
        endUser();
        calls.clear();
        verb = "";
        before = "";
        target = false;
        otherSide = false;
    }

    private void found(Reach found, String by) {
        if (reach == null) {
            reach = found;
            what = by.toUpperCase(Locale.ROOT);
        }
    }

    @Override
    public void word(BoundedText text) {
        String word = text.decodeFolded(StandardCharsets.ISO_8859_1);
        calls.name(text);
        if (user) {
            user = false;
            if (!word.equals("mapping")) {
                found(Reach.ROLES, verb + " user");
            }
        }
        boolean first = before.isEmpty();
        switch (word) {
            case "create", "alter", "drop", "grant", "revoke", "copy", "load", "comment", "label", "reassign" -> {
                if (depth == 0 || first || word.equals("label")) {
                    verb = word;
                    otherSide = false;
                }
            }
            case "owned" -> {
                if (before.equals(verb) && (verb.equals("drop") || verb.equals("reassign"))) {
                    found(Reach.ROLES, verb + " owned");
                }
            }
            case "on" -> {
                if (verb.equals("grant") || verb.equals("revoke")) {
                    verb += " on";
                }
            }
            case "to", "from" -> {
                if (verb.equals("grant") || verb.equals("revoke")) {
                    found(Reach.ROLES, verb + " of a role");
                }
                otherSide = verb.equals("copy");
            }
            case "program" -> {
                if (otherSide) {
                    found(Reach.SERVER_FILES, "copy with a program");
                }
            }
            default -> otherWord(word);
        }
        if (!word.equals("from") || before.equals("delete")) {
            target = Set.of("into", "update", "from").contains(word)
                    || (target && Set.of("only", "pg_catalog").contains(word));
        }
        before = word;
    }

    private void otherWord(String word) {
        Reach made = before.equals(verb) && MAKING.contains(verb) ? MADE.get(word) : null;
        if (made != null && word.equals("user")) {
            user = true;
        } else if (made != null) {
            found(made, verb + " " + word);
        }
        Reach touched = before.equals("on")
                        && Set.of("grant on", "revoke on", "comment", "label").contains(verb)
                ? TOUCHED.get(word)
                : null;
        if (touched != null) {
            found(touched, verb.replace(" on", "") + " on " + word);
        }
        Reach changed = target ? ScriptCalls.ofCatalog(word) : null;
        if (changed != null) {
            found(changed, "a change of " + word);
        }
    }

    @Override
    public void quotedName(BoundedText text) {
        calls.name(text);
        Reach changed = target ? ScriptCalls.ofCatalog(text) : null;
        if (changed != null) {
            found(changed, "a change of a shared catalog");
        }
        endUser();
        before = "\"";
    }

    private void endUser() {
        if (user) {
            user = false;
            found(Reach.ROLES, verb + " user");
        }
    }

    @Override
    public void contents(byte[] bytes, int from, int to) {
        if (depth < MOST_NESTED) {
            if (nested == null) {
                nested = new ScriptBody(depth + 1);
            }
            nested.scan(bytes, from, to);
        }
    }

    @Override
    public void literal(BoundedText text) {
        calls.other();
        if (otherSide || (before.equals("load") && verb.equals("load"))) {
            found(Reach.SERVER_FILES, verb + " of a server's file");
        }
        if (nested != null) {
            nested.end();
            if (nested.reach != null) {
                found(nested.reach, nested.what);
            }
        }
        before = "'";
    }

    @Override
    public void symbol(byte character) {
        if (character == '(') {
            calls.parenthesis();
            Reach called = calls.reach();
            if (called != null) {
                found(called, calls.called());
            }
        } else {
            calls.other();
        }
        if (character != '.') {
            before = String.valueOf((char) character);
        }
    }

    @Override
    public void variable(BoundedText text) {}

    @Override
    public void lineComment(BoundedText text) {}
}
