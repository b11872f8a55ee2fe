package io.codeb.server.internal.http;

/** Ends a request with a problem. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    /**
     * Makes it.
     *
     * @param problem what is answered
     */
    public ProblemException(Problem problem) {
        super(problem.detail());
        this.problem = problem;
    }

    /**
     * What is answered.
     *
     * @return the problem
     */
    public Problem problem() {
        return problem;
    }
}
