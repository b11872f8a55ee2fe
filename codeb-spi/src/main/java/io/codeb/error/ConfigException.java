package io.codeb.error;

import java.util.List;

/** The configuration or a request is wrong. All problems are told at once. */
public final class ConfigException extends CodeBException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    /**
     * Makes the exception for one problem.
     *
     * @param problem what is wrong
     * @param hint what to do next, or an empty string
     */
    public ConfigException(String problem, String hint) {
        this(ErrorCode.CONFIG_INVALID, List.of(problem), hint);
    }

    /**
     * Makes the exception.
     *
     * @param code {@link ErrorCode#CONFIG_INVALID}, {@link ErrorCode#MODULE_MISSING}, {@link ErrorCode#CLOSED}, {@link
     *     ErrorCode#CHECK_FAILED} or {@link ErrorCode#KEY_MISSING}
     * @param problems all that is wrong, one sentence each, at least one
     * @param hint what to do next, or an empty string
     */
    public ConfigException(ErrorCode code, List<String> problems, String hint) {
        super(code, String.join("; ", problems), hint, null);
        this.problems = List.copyOf(problems);
    }

    /**
     * All that is wrong.
     *
     * @return one sentence each, at least one
     */
    public List<String> problems() {
        return problems;
    }
}
