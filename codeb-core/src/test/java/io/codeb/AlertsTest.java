package io.codeb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.Places.Place;
import io.codeb.alert.AlertCounts;
import io.codeb.alert.AlertDelivery;
import io.codeb.alert.AlertRoute;
import io.codeb.alert.Alerts;
import io.codeb.error.AlertException;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Secret;
import io.codeb.spi.alert.Alert;
import io.codeb.spi.alert.AlertChannel;
import io.codeb.spi.alert.AlertChannelProvider;
import io.codeb.spi.alert.AlertKind;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.tck.fault.StorageCall;
import io.codeb.tck.fault.StorageFault;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Alerts as an application gets them. */
@Timeout(60)
class AlertsTest {
    private final Places places = new Places();
    private final Place place = places.place();
    private final Cards cards = new Cards();
    private final BlockingQueue<Alert> arrived = new LinkedBlockingQueue<>();
    private final Semaphore never = new Semaphore(0);
    private boolean hangs;

    @BeforeEach
    void deal() {
        cards.decks.put("deck", "seven of hearts");
    }

    @AfterEach
    void forget() {
        places.close();
    }

    /** Keeps what it is given, or hangs until it is interrupted. */
    private final class Pigeons implements AlertChannelProvider {
        @Override
        public String id() {
            return "pigeons";
        }

        @Override
        public AlertChannel create(ProviderConfig config) {
            config.reader().requireNothingElse();
            return new AlertChannel() {
                @Override
                public void deliver(Alert alert) {
                    try {
                        if (hangs) {
                            never.acquire();
                        }
                    } catch (InterruptedException e) {
                        throw new AlertException(ErrorCode.ALERT_UNDELIVERED, "it was interrupted", "");
                    }
                    arrived.add(alert);
                }

                @Override
                public void close() {
                    // It holds nothing.
                }
            };
        }
    }

    private CodeB open(Alerts alerts) {
        return CodeB.builder()
                .storage(places)
                .engine(cards)
                .alertChannel(new Pigeons())
                .alerts(alerts)
                .repository(place.repository())
                .project(Project.of("cards", "shop").server("localhost", 1).maxBackupAge(Duration.ofHours(26)))
                .build();
    }

    private static Alerts pigeons() {
        return Alerts.none().to(AlertRoute.to(ProviderConfig.of("pigeons")));
    }

    private Alert next() throws InterruptedException {
        return arrived.poll(30, TimeUnit.SECONDS);
    }

    @Test
    void aBackupThatFailsIsTold() throws Exception {
        place.faults.add(
                StorageFault.fail(StorageCall.FINISH).ofName("manifest.json").always());
        try (CodeB codeb = open(pigeons())) {
            assertThat(catchThrowableOfType(
                            CodeBException.class, () -> codeb.backups().run("shop")))
                    .isNotNull();
            Alert alert = next();
            assertThat(alert.kind()).isEqualTo(AlertKind.BACKUP_FAILED);
            assertThat(alert.state()).isEqualTo(Alert.State.RAISED);
            assertThat(codeb.alerts().check()).extracting(Alert::kind).contains(AlertKind.BACKUP_FAILED);
        }
    }

    @Test
    void whoIsLateIsToldAndABackupEndsIt() throws Exception {
        try (CodeB codeb = open(pigeons())) {
            codeb.alerts().watch(Duration.ofMinutes(1));
            assertThat(next().kind()).isEqualTo(AlertKind.BACKUP_LATE);

            codeb.backups().run("shop");

            Alert over = next();
            assertThat(over.kind()).isEqualTo(AlertKind.BACKUP_LATE);
            assertThat(over.state()).isEqualTo(Alert.State.OVER);
            assertThat(codeb.alerts().check()).isEmpty();
        }
    }

    @Test
    void eachGoodBackupIsToldToWhoAsksForIt() throws Exception {
        Alerts alerts = Alerts.none()
                .to(AlertRoute.to(ProviderConfig.of("pigeons"))
                        .only(AlertKind.BACKUP_MADE)
                        .forProjects("shop"));
        try (CodeB codeb = open(alerts)) {
            codeb.backups().run("shop");
            codeb.backups().run("shop");

            assertThat(next().kind()).isEqualTo(AlertKind.BACKUP_MADE);
            assertThat(next().facts()).containsKey("stored-bytes");
        }
    }

    @Test
    void aChannelThatHangsDelaysNoBackupAndEndsWithTheRest() throws InterruptedException {
        hangs = true;
        CodeB codeb = open(pigeons());
        codeb.alerts().check();

        codeb.backups().run("shop");
        codeb.close();

        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().contains("alerts")) {
                // It is not waited for long once it is interrupted.
                thread.join(30_000);
                assertThat(thread.isAlive()).isFalse();
            }
        }
        assertThat(arrived).isEmpty();
    }

    @Test
    void aTestTellsWhichChannelsWorkAndCountsAreKept() {
        Alerts alerts = pigeons().to(AlertRoute.slack(Secret.env("CODEB_NO_SUCH_VARIABLE")));
        try (CodeB codeb = open(alerts)) {
            assertThat(codeb.alerts().test())
                    .extracting(AlertDelivery::channel)
                    .containsExactly("pigeons-1", "slack-2");
            assertThat(codeb.alerts().test().get(0).failure()).isEmpty();
            assertThat(codeb.alerts().test().get(1).failure())
                    .hasValueSatisfying(problem -> assertThat(problem).hasMessageContaining("CODEB_NO_SUCH_VARIABLE"));
            assertThat(codeb.alerts().counts())
                    .extracting(AlertCounts::channel)
                    .containsExactly("pigeons-1", "slack-2");
        }
        assertThat(arrived).extracting(Alert::kind).containsOnly(AlertKind.TEST);
    }

    @Test
    void whatIsNoChannelIsToldWhenItIsBuilt() {
        ConfigException unknown = catchThrowableOfType(
                ConfigException.class, () -> open(Alerts.none().to(AlertRoute.to(ProviderConfig.of("mail")))));
        assertThat(unknown.code()).isEqualTo(ErrorCode.MODULE_MISSING);
        assertThat(unknown.hint()).contains("codeb-mail");
        ConfigException misspelt = catchThrowableOfType(
                ConfigException.class,
                () -> open(
                        pigeons().to(AlertRoute.slack(Secret.of("https://x/")).option("tiemout", "5"))));
        assertThat(misspelt.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
    }

    @Test
    void aRouteShowsNoSecret() {
        assertThat(AlertRoute.webhook(Secret.of("https://canary/"), Secret.of("canary"))
                        .toString())
                .doesNotContain("canary");
    }
}
