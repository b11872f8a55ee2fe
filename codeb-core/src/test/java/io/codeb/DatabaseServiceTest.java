package io.codeb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.model.ServerDatabase;
import io.codeb.spi.engine.CreateSpec;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseEngineProvider;
import io.codeb.spi.engine.DropSpec;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.tck.storage.InMemoryStorageProvider;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an application asks of a server's databases reaches the engine, unless it is refused before. */
class DatabaseServiceTest {
    private static final String OWN = "deck";

    /** An engine that knows its duty only. */
    private static final class Idle implements DatabaseEngineProvider {
        @Override
        public String id() {
            return "idle";
        }

        @Override
        public int defaultPort() {
            return 1;
        }

        @Override
        public DatabaseEngine create(ProviderConfig config) {
            return new IdleEngine(id());
        }
    }

    private final Cards cards = new Cards();
    private final CodeB codeb = CodeB.builder()
            .repository(BackupRepository.at("memory:" + UUID.randomUUID()))
            .storage(new InMemoryStorageProvider())
            .engine(cards)
            .engine(new Idle())
            .project(Project.of("cards", "shop").server("localhost", 1).database(OWN))
            .project(Project.of("idle", "other").server("localhost", 1))
            .build();

    @AfterEach
    void close() {
        codeb.close();
    }

    private static void isRefused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(CodeBException.class, refusal -> assertThat(refusal.code())
                .as(refusal.toString())
                .isEqualTo(code));
    }

    @Test
    void theEngineGetsWhatTheRequestSays() {
        CreateRequest request = CreateRequest.of("shop", "copy")
                .owner("app")
                .encoding("UTF8")
                .locale("C")
                .template("base")
                .timeout(Duration.ofMinutes(3));

        ServerDatabase made = codeb.databases().create(request);

        assertThat(made.owner()).isEqualTo("app");
        assertThat(cards.spec)
                .isEqualTo(CreateSpec.of("copy", Duration.ofMinutes(3))
                        .withOwner("app")
                        .withText("UTF8", "C")
                        .withTemplate("base"));
        assertThat(codeb.databases().list("shop")).containsExactly(made);
    }

    @Test
    void aRequestCanBeReadBack() {
        CreateRequest create = CreateRequest.of("shop", "copy");
        assertThat(create.project()).isEqualTo("shop");
        assertThat(create.database()).isEqualTo("copy");
        assertThat(create.owner()).isEmpty();
        assertThat(create.encoding()).isEmpty();
        assertThat(create.locale()).isEmpty();
        assertThat(create.template()).isEmpty();
        assertThat(create.timeout()).isEqualTo(Duration.ofSeconds(60));
        DropRequest drop = DropRequest.of("shop", "copy");
        assertThat(drop.project()).isEqualTo("shop");
        assertThat(drop.dropsOwn()).isFalse();
        assertThat(drop.ownToo().dropsOwn()).isTrue();
        assertThat(drop.disconnects()).isFalse();
        assertThat(drop.timeout()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void whatIsDroppedIsToldAsItWas() {
        ServerDatabase copy = ServerDatabase.of("copy", "app").withSize(7);
        cards.tables.add(copy);

        assertThat(codeb.databases().drop(DropRequest.of("shop", "copy").disconnecting()))
                .isEqualTo(copy);

        assertThat(cards.tables).isEmpty();
        assertThat(cards.spec)
                .isEqualTo(DropSpec.of("copy", Duration.ofSeconds(60)).withDisconnecting(true));
    }

    @Test
    void whatIsNotThereIsNotDropped() {
        isRefused(ErrorCode.DATABASE_NOT_FOUND, () -> codeb.databases().drop(DropRequest.of("shop", "copy")));
    }

    @Test
    void theProjectsOwnDatabaseIsDroppedOnlyWhereThatIsSaid() {
        cards.tables.add(ServerDatabase.of(OWN, "app"));

        isRefused(ErrorCode.DATABASE_PROTECTED, () -> codeb.databases().drop(DropRequest.of("shop", OWN)));
        assertThat(cards.tables).hasSize(1);

        assertThat(codeb.databases().drop(DropRequest.of("shop", OWN).ownToo()).name())
                .isEqualTo(OWN);
        assertThat(cards.tables).isEmpty();
    }

    @Test
    void whatIsOfARunThatGoesOnStaysAndWhatIsOfNobodysThatIsKnownGoes() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        cards.decks.put("deck", "cards");
        cards.meanwhile = () -> {
            begun.countDown();
            await(end);
        };
        Run<BackupResult> run = codeb.start(BackupRequest.of("shop"));
        await(begun);
        cards.tables.add(ServerDatabase.of("half_a", "app").ofRun(ServerDatabase.Kind.SHADOW, run.id()));
        cards.tables.add(ServerDatabase.of("half_b", "app").ofRun(ServerDatabase.Kind.SHADOW, "../stranger"));

        isRefused(ErrorCode.LOCKED, () -> codeb.databases().drop(DropRequest.of("shop", "half_a")));
        assertThat(codeb.databases().drop(DropRequest.of("shop", "half_b")).run())
                .contains("../stranger");

        end.countDown();
        run.result().join();
        assertThat(codeb.databases().drop(DropRequest.of("shop", "half_a")).run())
                .contains(run.id());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anEngineWithoutSuchDatabasesSaysSo() {
        for (ThrowingCallable call : new ThrowingCallable[] {
            () -> codeb.databases().list("other"),
            () -> codeb.databases().create(CreateRequest.of("other", "copy")),
            () -> codeb.databases().drop(DropRequest.of("other", "copy"))
        }) {
            assertThatThrownBy(call).isInstanceOf(ConfigException.class).hasMessageContaining("idle");
        }
    }
}
