package io.codeb.server.internal.http;

import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What went wrong with a request, as RFC 9457 has it.
 *
 * @param type names the code as a URI
 * @param title what the code means, for people
 * @param status of the answer
 * @param detail what went wrong here, for people
 * @param code stable, for programs: one of {@link io.codeb.error.ErrorCode}, or of {@link Refusal}
 * @param hint what to do next; empty where there is nothing to say
 * @param retryable whether the same can succeed later with nothing mended
 * @param problems all that is wrong with a configuration; empty otherwise
 */
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        String code,
        String hint,
        boolean retryable,
        List<String> problems) {
    static final String TYPES = "urn:codeb:problem:";
    private static final Pattern METHOD_END = Pattern.compile("(?<=[a-zA-Z])\\(…?\\)");

    /**
     * Makes it of what the library has thrown.
     *
     * @param e what went wrong
     * @return the problem
     */
    public static Problem of(CodeBException e) {
        String code = e.code().name();
        return new Problem(
                TYPES + code,
                title(code),
                Statuses.of(e.code()),
                String.valueOf(e.getMessage()),
                code,
                said(e.hint()),
                e.retryable(),
                e instanceof ConfigException config ? config.problems() : List.of());
    }

    /**
     * Makes it of what a request may not be.
     *
     * @param refusal what is wrong
     * @param detail for people
     * @param hint what to do next
     * @return the problem
     */
    public static Problem of(Refusal refusal, String detail, String hint) {
        return new Problem(
                TYPES + refusal,
                title(refusal.name()),
                refusal.status(),
                detail,
                refusal.name(),
                hint,
                refusal == Refusal.TOO_MANY_REQUESTS || refusal == Refusal.STOPPING,
                List.of());
    }

    /**
     * A hint of the library, which names methods of its API; in requests, their fields are called the same.
     *
     * @param hint as the library says it
     * @return as it is said to those who have sent a request
     */
    public static String said(String hint) {
        return METHOD_END.matcher(hint).replaceAll("");
    }

    /** The same, with the title of its code in a language. */
    Problem in(Language language) {
        return language.find(code)
                .map(text -> new Problem(type, text, status, detail, code, hint, retryable, problems))
                .orElse(this);
    }

    /** The same, with the status of an answer that it has in one place alone. */
    Problem at(int other) {
        return new Problem(type, title, other, detail, code, hint, retryable, problems);
    }

    private static String title(String code) {
        String words = code.replace('_', ' ').toLowerCase(java.util.Locale.ROOT);
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }
}
