package io.codeb.postgresql.internal.script;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** One statement as a list of tokens: all of a short one, the beginning of a long one. */
final class ScriptTokens {
    private static final int MOST_TOKENS = 10_000;
    private static final int HEAD_LIMIT = 200;

    enum Kind {
        /** A keyword or a name without quotes, in lower case. */
        WORD,
        /** A name in quotes. */
        NAME,
        /** A string, the beginning of it. */
        LITERAL,
        SYMBOL
    }

    /**
     * A token.
     *
     * @param kind what it is
     * @param text without quotes
     * @param from where it begins in the statement, in bytes
     * @param to where it ends
     */
    record Token(Kind kind, String text, int from, int to) {
        boolean isWord(String word) {
            return kind == Kind.WORD && text.equals(word);
        }

        boolean isSymbol(char symbol) {
            return kind == Kind.SYMBOL && text.charAt(0) == symbol;
        }

        boolean isName() {
            return kind == Kind.WORD || kind == Kind.NAME;
        }
    }

    private final byte[] bytes;
    private final int offset;
    private final Charset charset;
    private final int length;
    private final List<Token> tokens = new ArrayList<>();

    /**
     * Reads a statement.
     *
     * @param statement with its semicolon, a part of an array; it must not change while this is used
     * @param standardStrings how its strings are to be read
     * @param charset of its names
     */
    ScriptTokens(ByteBuffer statement, boolean standardStrings, Charset charset) {
        int from = statement.arrayOffset() + statement.position();
        int to = from + statement.remaining();
        this.bytes = statement.array();
        this.offset = from;
        this.charset = charset;
        this.length = to - from;
        Collector collector = new Collector();
        ScriptLexer lexer = collector.lexer;
        lexer.standardConformingStrings(standardStrings);
        lexer.origin(-from);
        int p = from;
        while (p < to && tokens.size() < MOST_TOKENS) {
            p = lexer.scan(bytes, p, to);
            if (lexer.stop() == ScriptLexer.Stop.INVALID) {
                break;
            }
        }
    }

    int size() {
        return tokens.size();
    }

    /** The token; null behind the last one. */
    @Nullable
    Token at(int index) {
        return index < tokens.size() ? tokens.get(index) : null;
    }

    boolean isWord(int index, String word) {
        Token token = at(index);
        return token != null && token.isWord(word);
    }

    boolean isSymbol(int index, char symbol) {
        Token token = at(index);
        return token != null && token.isSymbol(symbol);
    }

    /** Where the words follow each other, from an index on; -1 for nowhere. */
    int indexOf(int from, String... words) {
        for (int i = from; i + words.length <= tokens.size(); i++) {
            int matched = 0;
            while (matched < words.length && isWord(i + matched, words[matched])) {
                matched++;
            }
            if (matched == words.length) {
                return i;
            }
        }
        return -1;
    }

    /** Whether there were more tokens than are kept. */
    boolean isCut() {
        return tokens.size() >= MOST_TOKENS;
    }

    /** Whether these words stand before its semicolon. */
    boolean endsWith(String... words) {
        int end = tokens.size() - (isSymbol(tokens.size() - 1, ';') ? 1 : 0);
        return end >= words.length && indexOf(end - words.length, words) == end - words.length;
    }

    /** The statement as it was written. */
    String source() {
        return new String(bytes, offset, length, charset);
    }

    /** How the statement begins, for messages: so many tokens of it, and none behind a string, which may be secret. */
    String head(int most) {
        int end = 0;
        for (Token token : tokens.subList(0, Math.min(most, tokens.size()))) {
            if (token.kind() == Kind.LITERAL) {
                break;
            }
            end = token.to();
        }
        return new String(bytes, offset, Math.min(end, HEAD_LIMIT), charset).replaceAll("\\s+", " ");
    }

    /** The statement with other texts in place of tokens. */
    ByteBuffer replace(SortedMap<Integer, Replacement> replacements) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 64);
        int done = 0;
        for (Replacement replacement : replacements.values()) {
            Token token = replacement.token();
            out.write(bytes, offset + done, token.from() - done);
            out.writeBytes(replacement.text().getBytes(charset));
            done = token.to();
        }
        out.write(bytes, offset + done, length - done);
        return ByteBuffer.wrap(out.toByteArray());
    }

    /**
     * A change.
     *
     * @param token what is replaced
     * @param text what comes in its place
     */
    record Replacement(Token token, String text) {}

    private final class Collector implements ScriptLexer.Tokens {
        private final ScriptLexer lexer = new ScriptLexer(ScriptLexer.Reader.PSQL, this);

        private void add(Kind kind, String text) {
            tokens.add(new Token(kind, text, (int) lexer.tokenStart(), (int) lexer.tokenEnd()));
        }

        @Override
        public void word(BoundedText text) {
            add(Kind.WORD, text.decodeFolded(charset));
        }

        @Override
        public void quotedName(BoundedText text) {
            add(Kind.NAME, text.decode(charset));
        }

        @Override
        public void literal(BoundedText text) {
            add(Kind.LITERAL, text.decode(charset));
        }

        @Override
        public void symbol(byte character) {
            add(Kind.SYMBOL, String.valueOf((char) (character & 0xFF)));
        }

        @Override
        public void variable(BoundedText text) {
            add(Kind.SYMBOL, ":");
        }

        @Override
        public void lineComment(BoundedText text) {}
    }
}
