package io.codeb.tck.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.EngineException;
import io.codeb.error.IntegrityException;
import io.codeb.model.Cancellation;
import io.codeb.model.TableRows;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.DumpOutput;
import io.codeb.spi.engine.DumpScripts;
import io.codeb.spi.engine.EntryFacts;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.io.ByteSource;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link DumpScripts} promises. Inherit it, say how a dump of several entries is made and what one script
 * can be loaded with, and run it.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class DumpScriptsContract {
    private MemoryDump dump = MemoryDump.taking();
    private @Nullable DumpFacts facts;

    /** For subclasses. */
    protected DumpScriptsContract() {}

    /**
     * Whose scripts they are.
     *
     * @return the same for all calls in one test; its {@link DatabaseEngine#scripts()} are tested
     */
    protected abstract DatabaseEngine engine();

    /**
     * Makes a dump that has several entries, of a database with at least 64 KiB of rows.
     *
     * @param output takes it
     * @return what the engine says of it
     */
    protected abstract DumpFacts dump(DumpOutput output);

    /**
     * Says where the engine's programs are.
     *
     * @return a database of a server that there is not
     */
    protected abstract DatabaseTarget nowhere();

    /**
     * Says where the engine's programs are not.
     *
     * @return a database, beside which there are no programs
     */
    protected abstract DatabaseTarget withoutPrograms();

    /**
     * Loads a script into a new database by other means than the engine.
     *
     * @param script the bytes
     * @return the tables that are there then, and how many rows each has; in the order of their names
     */
    protected abstract List<TableRows> load(byte[] script);

    @BeforeEach
    final void makeDump() {
        dump = MemoryDump.taking();
        facts = dump(dump);
        assertThat(dump.kinds()).as("entries of the dump").hasSizeGreaterThan(1);
    }

    private DumpScripts scripts() {
        return engine().scripts().orElseThrow();
    }

    private DumpFacts facts() {
        if (facts == null) {
            throw new AssertionError("there is no dump");
        }
        return facts;
    }

    private byte[] script(RestoreInput input) {
        try (ByteSource script = scripts().script(nowhere(), facts(), input, new Cancellation())) {
            return all(script);
        }
    }

    private static byte[] all(ByteSource script) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(8 * 1024);
        while (script.read(buffer.clear()) != ByteSource.END) {
            bytes.write(buffer.array(), 0, buffer.position());
        }
        return bytes.toByteArray();
    }

    @Test
    void theScriptMakesWhatWasDumpedAndNeedsNoServer() {
        assertThat(load(script(dump.asInput()))).isEqualTo(facts().tables());
    }

    @Test
    void aDumpIsMadeAScriptAsOftenAsIsLiked() {
        RestoreInput input = dump.asInput();
        try (ByteSource one = scripts().script(nowhere(), facts(), input, new Cancellation());
                ByteSource other = scripts().script(nowhere(), facts(), input, new Cancellation())) {
            assertThat(all(one)).hasSizeGreaterThan(64 * 1024);
            assertThat(load(all(other))).isEqualTo(facts().tables());
        }
    }

    @Test
    void aScriptOfAnEntryThatIsCutHasNoEnd() {
        for (EntryFacts entry : dump.asInput().entries()) {
            for (long length : new long[] {0, entry.size() / 2, entry.size() - 1}) {
                assertThatThrownBy(() -> script(dump.cutAt(entry.name(), (int) length)))
                        .as("%s, cut at %s", entry.name(), length)
                        .isInstanceOf(IntegrityException.class);
            }
        }
    }

    @Test
    void aCancellationEndsAScript() {
        Cancellation cancellation = new Cancellation();
        try (ByteSource script = scripts().script(nowhere(), facts(), dump.asInput(), cancellation)) {
            assertThat(script.read(ByteBuffer.allocate(1))).isEqualTo(1);
            cancellation.cancel("enough");
            assertThatThrownBy(() -> all(script)).isInstanceOf(CancelledException.class);
        }
    }

    @Test
    void aScriptThatNobodyReadsToItsEndIsClosed() {
        try (ByteSource script = scripts().script(nowhere(), facts(), dump.asInput(), new Cancellation())) {
            assertThat(script.read(ByteBuffer.allocate(1))).isEqualTo(1);
        }
    }

    @Test
    void withoutTheProgramsItIsSaidSo() {
        assertThatThrownBy(() -> {
                    try (ByteSource script =
                            scripts().script(withoutPrograms(), facts(), dump.asInput(), new Cancellation())) {
                        all(script);
                    }
                })
                .isInstanceOfSatisfying(EngineException.class, failure -> assertThat(((CodeBException) failure).hint())
                        .isNotBlank());
    }
}
