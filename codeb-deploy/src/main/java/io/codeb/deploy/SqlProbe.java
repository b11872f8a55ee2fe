package io.codeb.deploy;

import io.codeb.QueryRequest;
import io.codeb.error.ErrorCode;
import io.codeb.model.QueryResult;
import java.util.Objects;

/** Asks the database. */
record SqlProbe(String sql) implements Probe {
    SqlProbe {
        Objects.requireNonNull(sql, "sql");
    }

    @Override
    public String name() {
        return "sql " + sql;
    }

    @Override
    public void run(DeployTarget target) {
        QueryResult answer = target.codeb()
                .databases()
                .query(
                        QueryRequest.of(target.project().name(), sql).limit(1).timeout(target.limit()),
                        target.cancellation());
        boolean passed = !answer.rows().isEmpty()
                && !answer.rows().get(0).isEmpty()
                && Boolean.TRUE.equals(answer.rows().get(0).get(0));
        if (!passed) {
            throw new DeployException(
                    ErrorCode.PROBE_FAILED,
                    "the database answered "
                            + (answer.rows().isEmpty()
                                    ? "nothing"
                                    : answer.rows().get(0)) + " to " + sql,
                    "it passes when the first value is true",
                    null);
        }
    }
}
