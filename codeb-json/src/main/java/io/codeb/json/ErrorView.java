package io.codeb.json;

import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import java.util.List;

/**
 * What went wrong.
 *
 * @param code stable, for programs
 * @param message for people
 * @param hint what to do next; empty where there is nothing to say
 * @param retryable whether the same can succeed later with nothing mended
 * @param problems all that is wrong with a configuration; empty otherwise
 */
public record ErrorView(String code, String message, String hint, boolean retryable, List<String> problems) {
    /**
     * Makes it of what the library answers.
     *
     * @param e what was thrown
     * @return the same as JSON has it
     */
    public static ErrorView of(CodeBException e) {
        List<String> problems = e instanceof ConfigException config ? config.problems() : List.of();
        return new ErrorView(e.code().name(), String.valueOf(e.getMessage()), e.hint(), e.retryable(), problems);
    }

    /**
     * The same with another hint: one in the words of those who read it.
     *
     * @param other what to do next
     * @return a copy
     */
    public ErrorView withHint(String other) {
        return new ErrorView(code, message, other, retryable, problems);
    }
}
