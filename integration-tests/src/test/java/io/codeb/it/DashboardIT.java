package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.BackupRepository;
import io.codeb.BackupRequest;
import io.codeb.BackupResult;
import io.codeb.CodeB;
import io.codeb.Project;
import io.codeb.alert.AlertRoute;
import io.codeb.alert.Alerts;
import io.codeb.deploy.DeployService;
import io.codeb.error.CodeBException;
import io.codeb.model.Secret;
import io.codeb.server.ApiTokens;
import io.codeb.server.CodebServer;
import io.codeb.server.CreatedToken;
import io.codeb.server.Role;
import io.codeb.server.ServerEvents;
import io.codeb.server.TokenRequest;
import io.codeb.spi.alert.AlertKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The dashboard in a real browser, before a real server and a real database. */
class DashboardIT {
    private static final PostgresServer POSTGRES = PostgresServer.shared(15);
    private static final Project SHOP = POSTGRES.project();

    /** Of a few MB, so that its backup is seen to go on. */
    private static final String ORDERS = "CREATE TABLE orders (id int, note text);"
            + " INSERT INTO orders SELECT i, repeat(md5(i::text), 8) FROM generate_series(1, 20000) i; ANALYZE";

    private static final Semaphore BYTES = new Semaphore(PacedCodec.ALL);

    @TempDir
    static Path directory;

    private static CodeB codeb;
    private static CodebServer server;
    private static Relay network;
    private static Browser browser;
    private static String token;

    @BeforeAll
    static void start() throws IOException {
        POSTGRES.createDatabase(SHOP.database());
        POSTGRES.sql(SHOP.database(), ORDERS);
        ServerEvents events = new ServerEvents();
        codeb = CodeB.builder()
                .codec(new PacedCodec(BYTES))
                .repository(BackupRepository.at(directory.resolve("backups")).codec(PacedCodec.PACED, Map.of()))
                .project(SHOP)
                .project(Project.postgresql("ledger")
                        .container(POSTGRES.container().getContainerId())
                        .runtime(PostgresServer.runtime())
                        .database("there_is_none")
                        .user(PostgresServer.USER)
                        .password(Secret.of(PostgresServer.PASSWORD)))
                .alerts(Alerts.none()
                        .to(AlertRoute.log().only(AlertKind.BACKUP_FAILED).forProjects("ledger"))
                        .to(AlertRoute.webhook(Secret.of("http://127.0.0.1:1/"), Secret.of("none"))))
                .listener(events)
                .build();
        CreatedToken made = ApiTokens.in(directory.resolve("state"))
                .create(TokenRequest.of("operations").may(Role.ADMINISTER, "*"));
        token = made.secret();
        server = CodebServer.builder(codeb, directory.resolve("state"))
                .serve(BackupRequest.of("shop"))
                .serve(BackupRequest.of("ledger"))
                .events(events)
                .deployments(DeployService.of(codeb))
                .address("127.0.0.1", 0)
                .start();
        network = Relay.to(server.uri());
        browser = Browser.start();
    }

    @AfterAll
    static void stop() throws IOException {
        browser.close();
        network.close();
        BYTES.release(PacedCodec.ALL);
        server.close();
        codeb.close();
    }

    @BeforeEach
    void open() {
        browser.size(1280, 900);
        browser.open(network.uri().resolve("/"));
        browser.forget();
        browser.open(network.uri().resolve("/"));
    }

    @AfterEach
    void everythingGoesOn() {
        network.mend();
        BYTES.drainPermits();
        BYTES.release(PacedCodec.ALL);
        browser.assertNothingWasRefused();
    }

    private void logIn() {
        browser.sees("Token");
        browser.type("token", token);
        browser.press(Keys.ENTER);
        browser.sees("Projects", "Log out");
    }

    private void goTo(String place) {
        browser.run("location.hash = arguments[0]", place);
    }

    @Test
    void onlyATokenOpensIt() {
        browser.sees("Log in");
        browser.type("token", "codeb_wrong_token");
        browser.press(Keys.ENTER);
        browser.sees("This token is not valid.");
        assertThat(browser.text()).doesNotContain("shop");

        logIn();
        browser.sees("shop", "ledger");
        assertThat((String) browser.run("return document.cookie + JSON.stringify(localStorage)"))
                .doesNotContain(token)
                .doesNotContain("codeb=");

        browser.click("Log out");
        browser.sees("Log in");
    }

    @Test
    void aBackupIsSeenToGoOnAndToEnd() {
        logIn();
        BYTES.drainPermits();
        goTo("#/projects/shop");
        browser.click("Back up now");
        browser.sees("Backup of shop", "Running");

        double first = barBehind(0);
        double second = barBehind(first);

        goTo("#/");
        browser.sees("Running now");
        barBehind(second);
        browser.click("Backup of shop");
        browser.sees("Started");

        BYTES.release(PacedCodec.ALL);
        browser.sees("Succeeded");
        browser.click("To the backup");
        browser.sees("orders", "20,000", "dump.sql");
    }

    /** Lets the backup go on until the bar has moved. */
    private static double barBehind(double before) {
        double[] now = {before};
        browser.until("the bar moves", () -> {
            BYTES.release(64 << 10);
            Object value = browser.run("return document.querySelector('progress')?.value ?? 0");
            now[0] = ((Number) value).doubleValue();
            return now[0] > before;
        });
        return now[0];
    }

    @Test
    void aBackupCanBeCancelled() {
        logIn();
        BYTES.drainPermits();
        goTo("#/projects/shop");
        browser.click("Back up now");
        browser.sees("Backup of shop");
        barBehind(0);
        browser.click("Cancel");
        browser.sees("Cancel this operation?");
        browser.press(Keys.ESCAPE);
        browser.until("the question is gone", () -> !browser.text().contains("Cancel this operation?"));
        browser.sees("Running");

        browser.click("Cancel");
        browser.sees("What it has written so far is removed.");
        browser.run("document.querySelector('dialog button[type=submit]').click()");
        BYTES.release(PacedCodec.ALL);
        browser.sees("Cancelled");
    }

    @Test
    void aBackupThatFailsSaysWhyAndWhatToDo() {
        logIn();
        goTo("#/projects/ledger");
        browser.click("Back up now");
        browser.sees("Failed", "there_is_none", "What to do:", "DATABASE_NOT_FOUND");
        goTo("#/");
        browser.sees("ledger", "Failed", "need a look");
    }

    @Test
    void whatIsWrongIsSeenAndWhoIsTold() {
        assertThatThrownBy(() -> codeb.backups().run("ledger")).isInstanceOf(CodeBException.class);
        logIn();
        browser.click("Alerts");
        browser.sees("Wrong now", "ledger", "there_is_none", "DATABASE_NOT_FOUND");
        browser.sees("log-1", "failed backups", "webhook-2", "whatever goes wrong");

        browser.click("Send a test alert");
        browser.sees("Delivered to log-1", "Not delivered to webhook-2", "ALERT_UNDELIVERED");
    }

    @Test
    void whatHasServedIsAskedForByProject() {
        logIn();
        browser.click("Releases");
        browser.sees("No version of this application has been deployed by CodeB.");
        goTo("#/projects/shop/releases");
        browser.sees("codeb deploy builds a commit");
    }

    @Test
    void theReferenceIsReadWithoutLoggingIn() throws IOException {
        for (int width : new int[] {360, 1280}) {
            browser.size(width, 900);
            browser.open(network.uri().resolve("/api/docs"));
            browser.sees("API reference", "GET /api/projects/{name}/backups", "BackupPage");
            assertThat(browser.isTooWide()).as("at " + width).isFalse();
            assertThat(browser.barriers()).isEmpty();
            assertThat(browser.run("return getComputedStyle(document.querySelector('table')).borderCollapse"))
                    .isEqualTo("collapse");
        }
    }

    @Test
    void aLostConnectionIsSaidAndComesBack() {
        logIn();
        BYTES.drainPermits();
        goTo("#/projects/shop");
        browser.click("Back up now");
        browser.sees("Backup of shop");
        double before = barBehind(0);

        network.cut();
        browser.sees("Connection lost");

        network.mend();
        browser.sees("Connected again");
        barBehind(before);
        BYTES.release(PacedCodec.ALL);
        browser.sees("Succeeded");
    }

    @Test
    void aBackupIsRestoredIntoAnotherDatabase() {
        codeb.backups().run("shop");
        logIn();
        goTo("#/projects/shop");
        browser.click("Restore…");
        browser.sees("Which backup, and where to.");
        browser.type("database", "not a name");
        browser.click("Look what would happen");
        browser.sees("Only lower case letters");
        String other = SHOP.database() + "_other";
        browser.type("database", other);
        browser.click("Look what would happen");
        browser.sees("Nothing stands in the way.", "The database " + other + " is made.", "stays as it is");
        assertThat(POSTGRES.sql("postgres", "SELECT count(*) FROM pg_database WHERE datname = '" + other + "'"))
                .isEqualTo("0");

        browser.click("Next");
        browser.sees("Last step");
        browser.click("Restore");
        browser.sees("Restore of shop", "Succeeded");
        assertThat(POSTGRES.sql(other, "SELECT count(*) FROM orders")).isEqualTo("20000");
    }

    @Test
    void theLiveDatabaseIsReplacedOnlyWhenItsProjectIsTyped() {
        codeb.backups().run("shop");
        POSTGRES.sql(SHOP.database(), "CREATE TABLE later ()");
        logIn();
        goTo("#/projects/shop/restore");
        browser.choose("Into the live database");
        browser.click("Look what would happen");
        browser.sees("The database " + SHOP.database() + " is replaced by the backup.");
        browser.click("Next");
        browser.sees("Type shop");
        assertThat(browser.offers("Restore")).isFalse();
        browser.type("confirm", "shop2");
        assertThat(browser.offers("Restore")).isFalse();
        browser.type("confirm", "shop");
        browser.click("Restore");
        browser.sees("Restore of shop", "Succeeded");
        assertThat(POSTGRES.sql(SHOP.database(), "SELECT to_regclass('later') IS NULL, (SELECT count(*) FROM orders)"))
                .isEqualTo("t|20000");
        Aftermath.dropKept(POSTGRES::sql);
    }

    @Test
    void itFitsScreensPeopleAndTheirLanguages() throws IOException {
        BackupResult backup = codeb.backups().run("shop");
        codeb.backups().run("shop");
        logIn();
        String there = "#/projects/shop/backups/" + backup.ref().repository() + "/"
                + backup.ref().id();
        List<String> places = List.of(
                "#/",
                "#/projects/shop",
                "#/projects/shop/backups",
                "#/projects/shop/calendar",
                "#/projects/shop/tables",
                "#/projects/shop/restores",
                "#/projects/shop/releases",
                "#/projects/shop/schedule",
                "#/projects/shop/retention",
                "#/projects/shop/restore",
                there,
                "#/operations",
                "#/releases",
                "#/alerts",
                "#/audit");
        look(places, "en", "light", 1280);
        look(places, "ko", "dark", 360);
        look(places.subList(0, 2), "ko", "light", 360);
        look(places.subList(0, 2), "en", "dark", 1920);
        if (Boolean.getBoolean("codeb.docs.write")) {
            assertThatThrownBy(() -> codeb.backups().run("ledger")).isInstanceOf(CodeBException.class);
            picture("#/", "en", "light", 1280, "overview");
            picture("#/projects/shop", "en", "dark", 1280, "project");
            picture("#/projects/shop", "ko", "light", 360, "phone");
        }
    }

    private void picture(String place, String language, String theme, int width, String name) throws IOException {
        look(List.of(place), language, theme, width);
        browser.picture(Path.of("../docs/images/dashboard-" + name + ".png"));
    }

    private void look(List<String> places, String language, String theme, int width) throws IOException {
        browser.run("localStorage.setItem('codeb-language', arguments[0])", language);
        browser.run("localStorage.setItem('codeb-theme', arguments[0])", theme);
        browser.size(width, 900);
        for (String place : places) {
            browser.open(network.uri().resolve("/" + place));
            browser.until("is whole: " + place, () -> (boolean)
                    browser.run("return !!document.querySelector('h1') && !document.querySelector('.skeleton')"));
            assertThat((String) browser.run("return document.documentElement.lang"))
                    .isEqualTo(language);
            assertThat((String) browser.run("return getComputedStyle(document.documentElement).colorScheme"))
                    .isEqualTo(theme);
            assertThat(browser.isTooWide()).as(place + " at " + width).isFalse();
            assertThat(browser.barriers()).as(place + " in " + theme).isEmpty();
            assertThat(browser.text()).doesNotContain("❌", "undefined", "NaN", "Invalid Date");
        }
    }

    @Test
    void itIsUsedWithoutAMouse() {
        logIn();
        goTo("#/operations");
        headingHasTheFocus("Operations");
        goTo("#/projects/shop");
        headingHasTheFocus("shop");
        browser.press(Keys.TAB);
        assertThat((String) browser.run("return document.activeElement.innerText"))
                .isEqualTo("Back up now");
        browser.press(Keys.ENTER);
        browser.sees("Backup of shop", "Succeeded");
    }

    private static void headingHasTheFocus(String heading) {
        String script = "const one = document.activeElement; return one.tagName + ' ' + one.innerText";
        browser.until("the heading has the focus: " + heading, () -> ("H1 " + heading).equals(browser.run(script)));
    }
}
