package io.codeb.tck.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.ServerDatabase;
import io.codeb.spi.engine.CreateSpec;
import io.codeb.spi.engine.DropSpec;
import io.codeb.spi.engine.ServerDatabases;
import io.codeb.spi.engine.ServerTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link ServerDatabases} promises. Inherit it, say where a server is, and run it.
 *
 * <p>The user of the server may create databases. Tests run one after the other and drop the databases that they make.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class ServerDatabasesContract {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final List<String> made = new ArrayList<>();

    /** For subclasses. */
    protected ServerDatabasesContract() {}

    /**
     * What is tested.
     *
     * @return the same for all calls in one test
     */
    protected abstract ServerDatabases databases();

    /**
     * Where the server is.
     *
     * @return as the user of the tests
     */
    protected abstract ServerTarget server();

    /**
     * Lists the databases by other means.
     *
     * @return their names
     */
    protected abstract Set<String> names();

    /**
     * Removes a database by other means if it exists.
     *
     * @param database its name, any characters
     */
    protected abstract void remove(String database);

    /**
     * Makes a table by other means, for the tests to find again.
     *
     * @param database where
     */
    protected abstract void mark(String database);

    /**
     * Looks for the table by other means.
     *
     * @param database where
     * @return whether it is there
     */
    protected abstract boolean isMarked(String database);

    /**
     * Makes a template of a database by other means, or an ordinary one again.
     *
     * @param database its name
     * @param template what it is to be
     */
    protected abstract void setTemplate(String database, boolean template);

    /**
     * Connects to a database as an application does.
     *
     * @param database its name
     * @param name what the client calls itself
     * @return the connection
     */
    protected abstract AutoCloseable connect(String database, String name);

    /**
     * A database that the server comes with.
     *
     * @return its name
     */
    protected abstract String systemDatabase();

    /**
     * Names that the server takes for databases, with as many characters in them as they can have that mean something
     * to a shell, a URL or a query, and of as many bytes as they may have.
     *
     * @return at least one
     */
    protected abstract List<String> wildNames();

    /**
     * Names that no database of the server can have.
     *
     * @return at least one, none of them empty
     */
    protected abstract List<String> impossibleNames();

    /** Removes the databases that the test has made. */
    @AfterEach
    final void removeDatabases() {
        made.forEach(this::remove);
        // One instance may be there for all tests.
        made.clear();
    }

    private String newName() {
        return remembered("contract_" + DATABASES.incrementAndGet());
    }

    private String remembered(String name) {
        made.add(name);
        return name;
    }

    private ServerDatabase create(String name) {
        return databases().create(server(), CreateSpec.of(name, A_MINUTE), new Cancellation());
    }

    private void drop(String name) {
        databases().drop(server(), DropSpec.of(name, A_MINUTE), new Cancellation());
    }

    private static void isRefused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(CodeBException.class, refusal -> assertThat(refusal.code())
                .as(refusal.toString())
                .isEqualTo(code));
    }

    @Test
    void whatIsMadeIsThereAsItIsTold() {
        String name = newName();

        ServerDatabase told = create(name);

        assertThat(names()).contains(name);
        assertThat(told.name()).isEqualTo(name);
        assertThat(told.kind()).isEqualTo(ServerDatabase.Kind.ORDINARY);
        assertThat(told.run()).isEmpty();
        assertThat(told.template()).isFalse();
        assertThat(told.acceptsConnections()).isTrue();
        assertThat(told.sessions()).isZero();
        assertThat(databases().find(server(), name, new Cancellation())).contains(told);
        assertThat(databases().list(server(), new Cancellation())).contains(told);
    }

    @Test
    void allOfTheServersDatabasesAreListed() {
        String name = newName();
        create(name);

        assertThat(databases().list(server(), new Cancellation()))
                .extracting(ServerDatabase::name)
                .containsExactlyInAnyOrderElementsOf(names());
    }

    @Test
    void whatIsDroppedIsGone() {
        String name = newName();
        create(name);

        drop(name);

        assertThat(names()).doesNotContain(name);
        assertThat(databases().find(server(), name, new Cancellation())).isEmpty();
    }

    @Test
    void aWildNameIsANameLikeAnyOther() {
        for (String name : wildNames()) {
            assertThat(create(remembered(name)).name()).isEqualTo(name);
            assertThat(names()).contains(name);
            drop(name);
            assertThat(names()).doesNotContain(name);
        }
    }

    @Test
    void aNameThatCannotBeIsRefusedByAllOfThem() {
        Set<String> before = names();
        for (String name : impossibleNames()) {
            assertThatThrownBy(() -> create(name)).isInstanceOf(ConfigException.class);
            assertThatThrownBy(() -> drop(name)).isInstanceOf(ConfigException.class);
            assertThatThrownBy(() -> databases().find(server(), name, new Cancellation()))
                    .isInstanceOf(ConfigException.class);
        }
        assertThat(names()).isEqualTo(before);
    }

    @Test
    void whatIsThereIsNotMadeAgain() {
        String name = newName();
        create(name);
        mark(name);

        isRefused(ErrorCode.DATABASE_EXISTS, () -> create(name));

        assertThat(isMarked(name)).isTrue();
    }

    @Test
    void whatIsNotThereIsNotDropped() {
        isRefused(ErrorCode.DATABASE_NOT_FOUND, () -> drop("contract_never_made"));
    }

    @Test
    void aCopyOfATemplateHoldsWhatThatHolds() {
        String template = newName();
        create(template);
        mark(template);
        String copy = newName();

        databases().create(server(), CreateSpec.of(copy, A_MINUTE).withTemplate(template), new Cancellation());

        assertThat(isMarked(copy)).isTrue();
    }

    @Test
    void aTemplateMustBeThereAndNobodyConnectedToIt() throws Exception {
        String template = newName();
        String copy = newName();
        CreateSpec spec = CreateSpec.of(copy, A_MINUTE).withTemplate(template);
        isRefused(ErrorCode.DATABASE_NOT_FOUND, () -> databases().create(server(), spec, new Cancellation()));

        create(template);
        try (AutoCloseable client = connect(template, "reporting")) {
            isRefused(ErrorCode.DATABASE_IN_USE, () -> databases().create(server(), spec, new Cancellation()));
            assertThat(client).isNotNull();
        }
        assertThat(names()).doesNotContain(copy);
    }

    @Test
    void aDatabaseWithClientsStaysAndSaysWhoTheyAre() throws Exception {
        String name = newName();
        create(name);
        try (AutoCloseable client = connect(name, "reporting")) {
            assertThat(client).isNotNull();
            assertThatThrownBy(() -> drop(name))
                    .hasMessageContaining("reporting")
                    .isInstanceOfSatisfying(CodeBException.class, refusal -> assertThat(refusal.code())
                            .isEqualTo(ErrorCode.DATABASE_IN_USE));
            assertThat(databases().find(server(), name, new Cancellation()))
                    .hasValueSatisfying(found -> assertThat(found.sessions()).isEqualTo(1));
        }
        assertThat(names()).contains(name);
    }

    @Test
    void clientsAreSentAwayWhereThatIsSaid() throws Exception {
        String name = newName();
        create(name);
        try (AutoCloseable client = connect(name, "reporting")) {
            assertThat(client).isNotNull();
            databases().drop(server(), DropSpec.of(name, A_MINUTE).withDisconnecting(true), new Cancellation());
            assertThat(names()).doesNotContain(name);
        }
    }

    @Test
    void whatTheServerComesWithStays() {
        String system = systemDatabase();
        assertThat(databases().find(server(), system, new Cancellation()))
                .hasValueSatisfying(found -> assertThat(found.kind()).isEqualTo(ServerDatabase.Kind.SYSTEM));

        isRefused(ErrorCode.DATABASE_PROTECTED, () -> drop(system));

        assertThat(names()).contains(system);
    }

    @Test
    void aTemplateStays() {
        String name = newName();
        create(name);
        setTemplate(name, true);
        try {
            isRefused(ErrorCode.DATABASE_PROTECTED, () -> drop(name));
            assertThat(names()).contains(name);
        } finally {
            setTemplate(name, false);
        }
    }

    @Test
    void whatIsCancelledBeforeItBeginsChangesNothing() {
        String there = newName();
        create(there);
        String missing = newName();
        Cancellation cancelled = new Cancellation();
        cancelled.cancel("not today");

        assertThatThrownBy(() -> databases().list(server(), cancelled)).isInstanceOf(CancelledException.class);
        assertThatThrownBy(() -> databases().create(server(), CreateSpec.of(missing, A_MINUTE), cancelled))
                .isInstanceOf(CancelledException.class);
        assertThatThrownBy(() -> databases().drop(server(), DropSpec.of(there, A_MINUTE), cancelled))
                .isInstanceOf(CancelledException.class);
        assertThat(names()).contains(there).doesNotContain(missing);
    }
}
