package io.codeb.error;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/** The checks before a run have found errors, and nothing was done. */
public final class CheckFailedException extends CodeBException {
    private static final long serialVersionUID = 1L;

    private static final int TOLD = 20;

    private final transient List<Finding> findings;

    /**
     * Makes the exception.
     *
     * @param what was checked, for example {@code backup of shop}
     * @param findings all of them, at least one of which is an error
     */
    public CheckFailedException(String what, List<Finding> findings) {
        super(ErrorCode.CHECK_FAILED, message(what, errors(findings)), hint(errors(findings)), null);
        this.findings = List.copyOf(findings);
    }

    private static List<Finding> errors(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                .toList();
    }

    private static String message(String what, List<Finding> errors) {
        return what + " was not begun: "
                + errors.stream()
                        .limit(TOLD)
                        .map(error -> error.message() + " [" + error.id() + "]")
                        .collect(Collectors.joining("; "))
                + (errors.size() > TOLD ? "; and " + (errors.size() - TOLD) + " more" : "");
    }

    /** What helps against the first of each kind. */
    private static String hint(List<Finding> errors) {
        return errors.stream()
                .collect(Collectors.toMap(Finding::id, Finding::whatToDo, (first, second) -> first, LinkedHashMap::new))
                .values()
                .stream()
                .filter(word -> !word.isEmpty())
                .collect(Collectors.joining("; "));
    }

    /**
     * What was found, whatever its severity.
     *
     * @return in the order in which it was found
     */
    public List<Finding> findings() {
        return findings;
    }
}
