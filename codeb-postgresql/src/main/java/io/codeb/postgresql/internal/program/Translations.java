package io.codeb.postgresql.internal.program;

import io.codeb.error.ErrorCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Knows what servers say in other languages than English, where no SQLSTATE comes with it. The programs that are asked
 * speak English, but pass the server's words on; a server whose messages are in an encoding other than UTF-8 says them
 * in that before it has heard what the client wants, and is not understood.
 */
final class Translations {
    /** Between the severity and the server's own words, which is the same in all languages. */
    private static final String SEVERITY_END = ":  ";

    /** Longer than any of these messages is with names of 63 bytes in it. */
    private static final int MESSAGE_LIMIT = 2_000;

    private record Message(ErrorCode code, List<String> parts) {
        static Message of(String line) {
            int tab = line.indexOf('\t');
            return new Message(
                    ErrorCode.valueOf(line.substring(0, tab)),
                    List.of(line.substring(tab + 1).split("%s", -1)));
        }

        /** Looks for the parts in their order; each of them once, so that no text can make it long. */
        boolean isSaidBy(String text) {
            String first = parts.get(0);
            String last = parts.get(parts.size() - 1);
            if (parts.size() == 1) {
                return text.equals(first);
            }
            int end = text.length() - last.length();
            if (!text.startsWith(first) || !text.endsWith(last)) {
                return false;
            }
            int at = first.length();
            for (String part : parts.subList(1, parts.size() - 1)) {
                int found = text.indexOf(part, at);
                if (found < 0) {
                    return false;
                }
                at = found + part.length();
            }
            return at <= end;
        }
    }

    /** Read when the first program fails. */
    private static final class Known {
        static final List<Message> MESSAGES = read();

        private static List<Message> read() {
            try (InputStream in = Translations.class.getResourceAsStream("translations.tsv")) {
                if (in == null) {
                    throw new IllegalStateException("translations.tsv is not in the jar");
                }
                return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                        .lines()
                        .filter(line -> !line.startsWith("#"))
                        .map(Message::of)
                        .toList();
            } catch (IOException e) {
                throw new IllegalStateException("translations.tsv cannot be read", e);
            }
        }
    }

    private Translations() {}

    /**
     * Finds out what a server has said.
     *
     * @param stderr what a program of the server's wrote
     * @return the code of the first message that is known; empty where there is none
     */
    static Optional<ErrorCode> codeIn(String stderr) {
        return stderr.lines()
                .map(Translations::saidIn)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<ErrorCode> saidIn(String line) {
        int at = line.indexOf(SEVERITY_END);
        String text = at < 0 ? "" : line.substring(at + SEVERITY_END.length()).strip();
        if (text.isEmpty() || text.length() > MESSAGE_LIMIT) {
            return Optional.empty();
        }
        return Known.MESSAGES.stream()
                .filter(message -> message.isSaidBy(text))
                .map(Message::code)
                .findFirst();
    }
}
