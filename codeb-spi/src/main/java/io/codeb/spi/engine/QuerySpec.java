package io.codeb.spi.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement to run.
 *
 * @param sql one statement; parameters are {@code $1}, {@code $2} …
 * @param parameters their values as the server reads them; null for SQL's null
 * @param rowLimit how many rows to answer at the most, at least 1
 * @param timeout how long it may run on the server
 * @param readOnly whether the transaction refuses to write
 */
public record QuerySpec(
        String sql, List<@Nullable String> parameters, int rowLimit, Duration timeout, boolean readOnly) {
    /** Copies the list, which can hold nulls. */
    public QuerySpec {
        parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
        if (rowLimit < 1 || timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("a query needs a row limit and a timeout of more than zero");
        }
    }
}
