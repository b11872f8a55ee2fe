package io.codeb.postgresql.internal.script;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a script into tokens where psql does, chunk by chunk, and stops where psql stops: at the semicolon that ends a
 * statement and at a backslash outside of quotes. It keeps no more of the script than the token at hand, and of that
 * no more than a bound.
 *
 * <p>The rules are those of psql 13 to 18. Where those differ from each other on text that no server accepts (letters
 * that touch a number), the text is refused, so that no script can look different to psql than it does here. What
 * psql puts in place of its variables ({@code :DBNAME}) is not seen: it is lexed as the word that it replaces.
 */
public final class ScriptLexer {
    /** The longest name, dollar quote's tag or word that is read, in bytes. */
    static final int NAME_LIMIT = 64 * 1024;

    /** How much of a string or a comment is kept. */
    private static final int LITERAL_LIMIT = 128;

    /** Why {@link #scan} came back. */
    public enum Stop {
        /** The chunk is read. */
        CHUNK_END,
        /** A statement ended. */
        SEMICOLON,
        /** A backslash outside of quotes was read. */
        BACKSLASH,
        /** The text is not SQL; {@link #problem()} says why. */
        INVALID,
        /** Who takes the tokens asked for it. */
        INTERRUPTED
    }

    /** Takes the tokens. A text is valid during the call. */
    public interface Tokens {
        /** An unquoted name or a keyword. */
        void word(BoundedText text);

        /** A name in double quotes, without them. */
        void quotedName(BoundedText text);

        /** The beginning of a string, without quotes and escapes undone but for doubled quotes. */
        void literal(BoundedText text);

        /**
         * A part of what a string or a dollar quote holds, which ends with {@link #literal}. Escapes are undone as
         * there; a dollar quote's tag at its end is a part of it.
         */
        default void contents(byte[] bytes, int from, int to) {}

        /** A name that is written in Unicode escapes, before it comes as {@link #quotedName} with them. */
        default void escapedName() {}

        /** Any other character that is no space. */
        void symbol(byte character);

        /** A colon with a name: a variable of psql's, if it has one of that name. */
        void variable(BoundedText text);

        /** The beginning of what follows two dashes. */
        void lineComment(BoundedText text);
    }

    private enum State {
        PLAIN,
        WORD,
        NUMBER,
        DASH,
        SLASH,
        COLON,
        VARIABLE,
        UNICODE_PREFIX,
        DOLLAR,
        DOLLAR_TAG,
        DOLLAR_QUOTE,
        LINE_COMMENT,
        BLOCK_COMMENT,
        STRING,
        STRING_QUOTE,
        STRING_ESCAPE,
        NAME,
        NAME_QUOTE
    }

    private enum Digits {
        ZERO,
        DECIMAL,
        RADIX,
        RADIX_DIGITS,
        EXPONENT,
        EXPONENT_SIGN,
        EXPONENT_DIGITS,
        PARAMETER
    }

    private static final byte[] QUOTE = {'\''};
    private static final byte SPACE = 0;
    private static final byte WORD_START = 1;
    private static final byte DIGIT = 2;
    private static final byte OTHER = 3;
    private static final byte[] CLASS = new byte[256];

    static {
        for (int c = 0; c < 256; c++) {
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
            boolean space = c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
            CLASS[c] = letter ? WORD_START : c >= '0' && c <= '9' ? DIGIT : space ? SPACE : OTHER;
        }
    }

    /** Who reads the text: they agree but for a few rules. */
    public enum Reader {
        /** Reads line by line, and has variables. */
        PSQL,
        /** Reads everything at once. */
        SERVER
    }

    private final Reader reader;
    private final Tokens tokens;
    private final BoundedText text = new BoundedText(NAME_LIMIT);
    private final BoundedText literal = new BoundedText(LITERAL_LIMIT);
    private final byte[] escaped = new byte[1];

    private State state = State.PLAIN;
    private Stop stop = Stop.CHUNK_END;
    private @Nullable String problem;
    private boolean standardStrings = true;

    private long origin;
    private long tokenStart;
    private long tokenEnd;
    private long statementStart;
    private boolean begun;
    private boolean unicodeName;

    private boolean escapes;
    private Digits digits = Digits.DECIMAL;
    private int tagMatched;
    private int commentDepth;
    private byte commentBefore;

    /** A string has just ended, and only blanks came since: it goes on if one of them is a line's end to psql. */
    private boolean afterString;

    private boolean blanksAfterString;
    private boolean returnAfterString;

    private int parenDepth;
    private int beginDepth;
    private int wordCount;
    private final byte[] firstWords = new byte[4];

    public ScriptLexer(Reader reader, Tokens tokens) {
        this.reader = reader;
        this.tokens = tokens;
    }

    /** Says whether a backslash in a string without prefix is just that. It is, unless a script says otherwise. */
    void standardConformingStrings(boolean on) {
        standardStrings = on;
    }

    /** Says where in the script the arrays begin that come next, so that positions can be told. */
    void origin(long position) {
        origin = position;
    }

    public Stop stop() {
        return stop;
    }

    /** Where the token begins that was read last, or is being read. */
    long tokenStart() {
        return tokenStart;
    }

    /** Where the token ended that was read last. */
    long tokenEnd() {
        return tokenEnd;
    }

    /** Where the first token of the statement at hand begins, or of the one that has just ended. */
    long statementStart() {
        return statementStart;
    }

    /** Where what is no whole token yet begins; {@code end} when nothing is cut, or a comment is. */
    long cutTokenStart(long end) {
        return switch (state) {
            case PLAIN, LINE_COMMENT, BLOCK_COMMENT -> end;
            default -> tokenStart;
        };
    }

    private void token(int end) {
        tokenEnd = origin + end;
        if (!begun) {
            begun = true;
            statementStart = tokenStart;
        }
    }

    @Nullable
    public String problem() {
        return problem;
    }

    /** Whether the text may end here: not within quotes, comments, parentheses or a function's body. */
    public boolean isBetweenTokens() {
        return state == State.PLAIN && parenDepth == 0 && beginDepth == 0;
    }

    /** Stops behind the colon that is the token at hand. */
    void interrupt() {
        stop = Stop.INTERRUPTED;
    }

    /** Takes it that the statement at hand was none. */
    void forget() {
        state = State.PLAIN;
        begun = false;
        wordCount = 0;
    }

    /** Reads on behind text that is not SQL, for who can tell it apart. */
    void resume() {
        state = State.PLAIN;
    }

    /** What is open here, for messages; null when nothing is. */
    @Nullable
    public String open() {
        return switch (state) {
            case STRING, STRING_ESCAPE -> "a string";
            case NAME, NAME_QUOTE -> "a name";
            case DOLLAR_QUOTE -> "a dollar quote";
            case BLOCK_COMMENT -> "a comment";
            default -> parenDepth > 0 ? "a parenthesis" : beginDepth > 0 ? "a function's body" : null;
        };
    }

    /** Says that no text follows: hands on a comment that has no line's end. */
    void end() {
        if (state == State.LINE_COMMENT) {
            tokens.lineComment(literal);
            state = State.PLAIN;
        }
    }

    /**
     * Reads on.
     *
     * @return the index after what was read; {@link #stop()} says why it stopped there
     */
    public int scan(byte[] bytes, int from, int to) {
        stop = Stop.CHUNK_END;
        int p = from;
        while (p < to && stop == Stop.CHUNK_END) {
            p = switch (state) {
                case PLAIN -> plain(bytes, p, to);
                case WORD -> word(bytes, p, to);
                case NUMBER -> number(bytes, p, to);
                case DASH -> dash(bytes[p], p);
                case SLASH -> slash(bytes[p], p);
                case COLON -> colon(bytes[p], p);
                case VARIABLE -> variable(bytes, p, to);
                case UNICODE_PREFIX -> unicodePrefix(bytes[p], p);
                case DOLLAR -> dollar(bytes[p], p);
                case DOLLAR_TAG -> dollarTag(bytes, p, to);
                case DOLLAR_QUOTE -> dollarQuote(bytes, p, to);
                case LINE_COMMENT -> lineComment(bytes, p, to);
                case BLOCK_COMMENT -> blockComment(bytes, p, to);
                case STRING -> string(bytes, p, to);
                case STRING_QUOTE -> stringQuote(bytes[p], p);
                case STRING_ESCAPE -> stringEscape(bytes[p], p);
                case NAME -> name(bytes, p, to);
                case NAME_QUOTE -> nameQuote(bytes[p], p);
            };
        }
        return p;
    }

    private static boolean isWordPart(byte b) {
        byte kind = CLASS[b & 0xFF];
        return kind == WORD_START || kind == DIGIT;
    }

    private int plain(byte[] bytes, int from, int to) {
        for (int p = from; p < to; p++) {
            byte b = bytes[p];
            byte kind = CLASS[b & 0xFF];
            if (kind == SPACE) {
                blank(b);
                continue;
            }
            tokenStart = origin + p;
            if (b == '-') {
                state = State.DASH;
                return p + 1;
            }
            boolean goesOn = b == '\'' && afterString && returnAfterString;
            afterString = false;
            if (kind == WORD_START) {
                text.clear();
                state = State.WORD;
                return p;
            }
            if (kind == DIGIT) {
                digits = b == '0' ? Digits.ZERO : Digits.DECIMAL;
                state = State.NUMBER;
                token(p + 1);
                tokens.symbol(b);
                return p + 1;
            }
            switch (b) {
                case '\'' -> {
                    if (goesOn) {
                        state = State.STRING;
                    } else {
                        startString(!standardStrings);
                    }
                    return p + 1;
                }
                case '"' -> {
                    startName();
                    return p + 1;
                }
                case '$' -> {
                    state = State.DOLLAR;
                    return p + 1;
                }
                case '/' -> {
                    state = State.SLASH;
                    return p + 1;
                }
                case ':' -> {
                    state = State.COLON;
                    return p + 1;
                }
                case '\\' -> {
                    stop = Stop.BACKSLASH;
                    return p + 1;
                }
                case ';' -> {
                    if (parenDepth == 0 && beginDepth == 0) {
                        endStatement(p);
                        return p + 1;
                    }
                }
                case '(' -> parenDepth++;
                case ')' -> parenDepth = Math.max(0, parenDepth - 1);
                default -> {}
            }
            token(p + 1);
            tokens.symbol(b);
        }
        return to;
    }

    private void endStatement(int semicolon) {
        if (!begun) {
            statementStart = origin + semicolon;
        }
        begun = false;
        wordCount = 0;
        stop = Stop.SEMICOLON;
    }

    /**
     * Two strings with an end of a line between them are one to the server. psql reads line by line, so that only a
     * carriage return within a line does that; and where blanks end a line, it has given up.
     */
    private void blank(byte b) {
        if (!afterString) {
            return;
        }
        if (b == '\n' && reader == Reader.PSQL) {
            afterString = !blanksAfterString;
        } else {
            blanksAfterString = true;
            returnAfterString |= b == '\r' || b == '\n';
        }
    }

    private int word(byte[] bytes, int from, int to) {
        int p = from;
        while (p < to && (isWordPart(bytes[p]) || bytes[p] == '$')) {
            p++;
        }
        text.append(bytes, from, p);
        if (text.isCut()) {
            return invalid("a word of more than " + NAME_LIMIT + " bytes", p);
        }
        if (p < to) {
            endWord(bytes[p], p);
            if (state == State.STRING || state == State.UNICODE_PREFIX) {
                return p + 1;
            }
        }
        return p;
    }

    /** Takes the word for what it is by the character behind it: often a name, sometimes the prefix of a string. */
    private void endWord(byte next, int end) {
        state = State.PLAIN;
        if (text.length() == 1) {
            int letter = BoundedText.lowerCase(text.at(0));
            if (next == '\'' && letter == 'e') {
                startString(true);
                return;
            }
            if (next == '\'' && (letter == 'b' || letter == 'x')) {
                startString(false);
                return;
            }
            if (next == '\'' && letter == 'n') {
                startString(!standardStrings);
                return;
            }
            if (next == '&' && letter == 'u') {
                state = State.UNICODE_PREFIX;
                return;
            }
        }
        trackFunctionBody();
        token(end);
        tokens.word(text);
    }

    /**
     * A function's body between BEGIN ATOMIC and END has semicolons of its own. As psql does, this takes every BEGIN
     * for such a body's when the statement begins with CREATE [OR REPLACE] FUNCTION or PROCEDURE.
     */
    private void trackFunctionBody() {
        if (wordCount == 0) {
            Arrays.fill(firstWords, (byte) 0);
        }
        if (wordCount < firstWords.length) {
            if (text.is("create")
                    || text.is("function")
                    || text.is("procedure")
                    || text.is("or")
                    || text.is("replace")) {
                firstWords[wordCount] = (byte) BoundedText.lowerCase(text.at(0));
            }
            wordCount++;
        }
        if (firstWords[0] != 'c' || parenDepth > 0) {
            return;
        }
        byte what = firstWords[1] == 'o' && firstWords[2] == 'r' ? firstWords[3] : firstWords[1];
        if (what != 'f' && what != 'p') {
            return;
        }
        if (text.is("begin") || (text.is("case") && beginDepth > 0)) {
            beginDepth++;
        } else if (text.is("end")) {
            beginDepth = Math.max(0, beginDepth - 1);
        }
    }

    private int number(byte[] bytes, int from, int to) {
        for (int p = from; p < to; p++) {
            byte b = bytes[p];
            Digits next = nextDigits(b);
            if (next != null) {
                digits = next;
                continue;
            }
            boolean complete = digits != Digits.RADIX && digits != Digits.EXPONENT && digits != Digits.EXPONENT_SIGN;
            boolean plainDigits = digits == Digits.ZERO || digits == Digits.DECIMAL || digits == Digits.PARAMETER;
            if (!complete || CLASS[b & 0xFF] == WORD_START || (b == '$' && !plainDigits)) {
                return invalid("a number with something other than a number in it", p);
            }
            state = State.PLAIN;
            return p;
        }
        return to;
    }

    private @Nullable Digits nextDigits(byte b) {
        int letter = BoundedText.lowerCase(b);
        boolean digit = b >= '0' && b <= '9';
        return switch (digits) {
            case ZERO -> letter == 'x' || letter == 'o' || letter == 'b' ? Digits.RADIX : nextDecimal(b, letter, digit);
            case DECIMAL -> nextDecimal(b, letter, digit);
            case RADIX, RADIX_DIGITS ->
                digit || b == '_' || (letter >= 'a' && letter <= 'f') ? Digits.RADIX_DIGITS : null;
            case EXPONENT -> digit ? Digits.EXPONENT_DIGITS : b == '+' || b == '-' ? Digits.EXPONENT_SIGN : null;
            case EXPONENT_SIGN -> digit ? Digits.EXPONENT_DIGITS : null;
            case EXPONENT_DIGITS -> digit || b == '_' ? Digits.EXPONENT_DIGITS : null;
            case PARAMETER -> digit ? Digits.PARAMETER : null;
        };
    }

    private static @Nullable Digits nextDecimal(byte b, int letter, boolean digit) {
        return digit || b == '_' || b == '.' ? Digits.DECIMAL : letter == 'e' ? Digits.EXPONENT : null;
    }

    private int dash(byte b, int p) {
        if (b == '-') {
            literal.clear();
            state = State.LINE_COMMENT;
            return p + 1;
        }
        return lonely((byte) '-', p);
    }

    private int slash(byte b, int p) {
        if (b == '*') {
            commentDepth = 1;
            commentBefore = 0;
            state = State.BLOCK_COMMENT;
            return p + 1;
        }
        return lonely((byte) '/', p);
    }

    private int lonely(byte symbol, int p) {
        afterString = false;
        token(p);
        tokens.symbol(symbol);
        state = State.PLAIN;
        return p;
    }

    private int colon(byte b, int p) {
        if (isWordPart(b) && reader == Reader.PSQL) {
            text.clear();
            state = State.VARIABLE;
            return p;
        }
        token(p);
        tokens.symbol((byte) ':');
        state = State.PLAIN;
        return b == ':' ? p + 1 : p;
    }

    private int variable(byte[] bytes, int from, int to) {
        int p = from;
        while (p < to && isWordPart(bytes[p])) {
            p++;
        }
        text.append(bytes, from, p);
        if (text.isCut()) {
            return invalid("a word of more than " + NAME_LIMIT + " bytes", p);
        }
        if (p < to) {
            token(p);
            tokens.variable(text);
            state = State.PLAIN;
        }
        return p;
    }

    private int unicodePrefix(byte b, int p) {
        if (b == '\'') {
            startString(false);
            return p + 1;
        }
        if (b == '"') {
            startName();
            unicodeName = true;
            return p + 1;
        }
        token(p);
        tokens.symbol((byte) 'u');
        tokens.symbol((byte) '&');
        state = State.PLAIN;
        return p;
    }

    private int dollar(byte b, int p) {
        byte kind = CLASS[b & 0xFF];
        text.clear();
        if (kind == DIGIT) {
            digits = Digits.PARAMETER;
            state = State.NUMBER;
            token(p);
            tokens.symbol((byte) '$');
            return p;
        }
        if (b == '$' || kind == WORD_START) {
            text.append((byte) '$');
            state = State.DOLLAR_TAG;
            return p;
        }
        return lonely((byte) '$', p);
    }

    private int dollarTag(byte[] bytes, int from, int to) {
        int p = from;
        while (p < to && isWordPart(bytes[p])) {
            p++;
        }
        text.append(bytes, from, p);
        if (text.isCut()) {
            return invalid("a dollar quote's tag of more than " + NAME_LIMIT + " bytes", p);
        }
        if (p == to) {
            return p;
        }
        if (bytes[p] == '$') {
            text.append((byte) '$');
            tagMatched = 0;
            state = State.DOLLAR_QUOTE;
            return p + 1;
        }
        // No quote after all: a dollar, and then a word as any other.
        token(p);
        tokens.symbol((byte) '$');
        text.removeFirst();
        endWord(bytes[p], p);
        return state == State.STRING || state == State.UNICODE_PREFIX ? p + 1 : p;
    }

    private int dollarQuote(byte[] bytes, int from, int to) {
        int p = from;
        while (p < to) {
            if (tagMatched == 0) {
                while (p < to && bytes[p] != '$') {
                    p++;
                }
                if (p == to) {
                    break;
                }
            }
            byte b = bytes[p++];
            // A dollar is nowhere in the tag but at its ends, so a failed match begins anew with it.
            tagMatched = b == text.at(tagMatched) ? tagMatched + 1 : b == '$' ? 1 : 0;
            if (tagMatched == text.length()) {
                tokens.contents(bytes, from, p);
                literal.clear();
                token(p);
                tokens.literal(literal);
                state = State.PLAIN;
                return p;
            }
        }
        tokens.contents(bytes, from, p);
        return p;
    }

    private int lineComment(byte[] bytes, int from, int to) {
        int p = from;
        while (p < to && bytes[p] != '\n' && bytes[p] != '\r') {
            p++;
        }
        literal.append(bytes, from, p);
        if (p < to) {
            blanksAfterString = true;
            tokens.lineComment(literal);
            state = State.PLAIN;
        }
        return p;
    }

    private int blockComment(byte[] bytes, int from, int to) {
        for (int p = from; p < to; p++) {
            byte b = bytes[p];
            if (b == '/' && commentBefore == '*') {
                commentBefore = 0;
                if (--commentDepth == 0) {
                    state = State.PLAIN;
                    return p + 1;
                }
            } else if (b == '*' && commentBefore == '/') {
                commentBefore = 0;
                commentDepth++;
            } else {
                commentBefore = b;
            }
        }
        return to;
    }

    private void startString(boolean backslashEscapes) {
        escapes = backslashEscapes;
        literal.clear();
        state = State.STRING;
    }

    private int string(byte[] bytes, int from, int to) {
        int p = from;
        while (p < to && bytes[p] != '\'' && (bytes[p] != '\\' || !escapes)) {
            p++;
        }
        literal.append(bytes, from, p);
        tokens.contents(bytes, from, p);
        if (p == to) {
            return p;
        }
        state = bytes[p] == '\'' ? State.STRING_QUOTE : State.STRING_ESCAPE;
        return p + 1;
    }

    private int stringQuote(byte b, int p) {
        if (b == '\'') {
            literal.append(b);
            tokens.contents(QUOTE, 0, 1);
            state = State.STRING;
            return p + 1;
        }
        token(p);
        tokens.literal(literal);
        afterString = true;
        blanksAfterString = false;
        returnAfterString = false;
        state = State.PLAIN;
        return p;
    }

    private int stringEscape(byte b, int p) {
        literal.append(b);
        escaped[0] = b == 'n' || b == 'r' || b == 't' ? (byte) ' ' : b;
        tokens.contents(escaped, 0, 1);
        state = State.STRING;
        return p + 1;
    }

    private void startName() {
        unicodeName = false;
        text.clear();
        state = State.NAME;
    }

    private int name(byte[] bytes, int from, int to) {
        int p = from;
        while (p < to && bytes[p] != '"') {
            p++;
        }
        text.append(bytes, from, p);
        if (text.isCut()) {
            return invalid("a name of more than " + NAME_LIMIT + " bytes", p);
        }
        if (p < to) {
            state = State.NAME_QUOTE;
            return p + 1;
        }
        return p;
    }

    private int nameQuote(byte b, int p) {
        if (b == '"') {
            text.append(b);
            state = State.NAME;
            return p + 1;
        }
        token(p);
        if (unicodeName) {
            tokens.escapedName();
        }
        tokens.quotedName(text);
        state = State.PLAIN;
        return p;
    }

    private int invalid(String why, int p) {
        problem = why;
        stop = Stop.INVALID;
        return p;
    }
}
