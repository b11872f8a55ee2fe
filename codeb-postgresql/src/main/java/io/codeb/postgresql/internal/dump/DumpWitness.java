package io.codeb.postgresql.internal.dump;

import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.TableRows;
import io.codeb.postgresql.internal.catalog.ChecksumList;
import io.codeb.postgresql.internal.catalog.RowSums;
import io.codeb.postgresql.internal.catalog.TableChecksum;
import io.codeb.postgresql.internal.program.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Adds up what the tables hold, in the moment that is dumped, while it is dumped. When it fails, so does the dump. */
final class DumpWitness {
    private static final String NAME = "checksums";

    private final String encoding;
    private volatile @Nullable List<TableChecksum> sums;

    /**
     * Begins to add up.
     *
     * @param holder has the moment; nobody else asks it until all is told
     * @param encoding that of the dump
     * @param together what it is a part of
     */
    DumpWitness(SnapshotHolder holder, String encoding, Together together) {
        this.encoding = encoding;
        together.begin(NAME, () -> sums = RowSums.of(holder.session(), encoding, holder.tables()));
    }

    /**
     * Looks whether what was dumped is what was added up, when all that was done together has ended.
     *
     * @param dumped rows by table, as they came by
     * @return the sums of the tables that were dumped, but for those of extensions
     * @throws IntegrityException {@code CORRUPT} when there are more or fewer rows in a table than were dumped
     */
    ChecksumList testify(List<TableRows> dumped) {
        Map<Object, TableChecksum> known = Objects.requireNonNull(sums).stream()
                .collect(Collectors.toMap(TableChecksum::table, Function.identity()));
        List<TableChecksum> told = new ArrayList<>();
        for (TableRows table : dumped) {
            TableChecksum sum = known.get(table.table());
            if (sum == null) {
                continue;
            }
            if (sum.rows() != table.rows()) {
                throw new IntegrityException(
                        ErrorCode.CORRUPT,
                        "pg_dump has dumped " + table.rows() + " rows of " + table.table()
                                + ", and in the same moment of the database there are " + sum.rows(),
                        "look for damage in the table: an index that lacks rows, or finds some that are not there");
            }
            told.add(sum);
        }
        return new ChecksumList(encoding, told);
    }
}
