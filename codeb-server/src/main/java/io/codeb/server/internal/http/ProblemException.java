package io.codeb.server.internal.http;

import java.util.function.Function;

/** Ends a request with a problem. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Function<Language, Problem> told;

    /**
     * Makes it.
     *
     * @param problem what is answered; its title in the language of who asks
     */
    public ProblemException(Problem problem) {
        this(problem::in);
    }

    /** Makes it of what can be told in each language. */
    ProblemException(Function<Language, Problem> told) {
        super(told.apply(Language.ENGLISH).detail());
        this.told = told;
    }

    /**
     * What is answered.
     *
     * @return the problem, in English
     */
    public Problem problem() {
        return problem(Language.ENGLISH);
    }

    Problem problem(Language language) {
        return told.apply(language);
    }
}
