package io.codeb.postgresql.internal.script;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A whole statement that may be run, as a sink gets it that takes them one by one. It is good during the call.
 *
 * @param text with its semicolon, a part of an array
 * @param charset of its names and strings
 * @param standardStrings how its strings are to be read
 * @param rowsFollow whether rows are passed next
 * @param kind what it does
 */
public record JudgedStatement(
        ByteBuffer text, Charset charset, boolean standardStrings, boolean rowsFollow, StatementKind kind) {
    /** How it begins, as one line for messages. */
    public String head() {
        int length = Math.min(text.remaining(), ScriptHeads.HEAD_BYTES);
        byte[] beginning = new byte[length];
        text.get(text.position(), beginning);
        return StatementHead.of(beginning, length == text.remaining(), standardStrings, charset);
    }

    /** How many lines end in it. */
    public long lineEnds() {
        int from = text.arrayOffset() + text.position();
        return CopyData.newlines(text.array(), from, from + text.remaining());
    }

    /** The statement where it is one in UTF-8, without its semicolon; null where it is in another encoding. */
    public @Nullable String utf8() {
        try {
            CharBuffer characters = StandardCharsets.UTF_8.newDecoder().decode(text.duplicate());
            boolean ascii = characters.chars().allMatch(character -> character < 0x80);
            return ascii || charset.equals(StandardCharsets.UTF_8)
                    ? characters.subSequence(0, characters.length() - 1).toString()
                    : null;
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
