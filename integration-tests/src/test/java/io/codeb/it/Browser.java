package io.codeb.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.FluentWait;

/** A real Chromium without a window. What is looked for is waited for. */
final class Browser implements AutoCloseable {
    private static final Path AXE = Path.of("../codeb-server/ui/node_modules/axe-core/axe.min.js");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    static Browser start() {
        ChromeOptions options = new ChromeOptions();
        options.setBinary("/usr/bin/chromium");
        // No sandbox: it needs privileges that a container does not have, and the only page is ours.
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage");
        options.addArguments("--lang=en-US");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File("/usr/bin/chromedriver"))
                .usingAnyFreePort()
                .build();
        return new Browser(new ChromeDriver(service, options));
    }

    void open(URI address) {
        driver.get("about:blank"); // another place of the same page would not be loaded
        driver.get(address.toString());
    }

    void forget() {
        driver.manage().deleteAllCookies();
        run("localStorage.clear()");
    }

    void size(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    Object run(String script, Object... arguments) {
        return ((JavascriptExecutor) driver).executeScript(script, arguments);
    }

    /** All that is to be read. */
    String text() {
        return (String) run("return document.body.innerText");
    }

    void sees(String... texts) {
        for (String text : texts) {
            until("sees " + text, () -> text().contains(text));
        }
    }

    void click(String name) {
        until("clicks " + name, () -> {
            List<WebElement> found = named(name);
            found.forEach(WebElement::click);
            return !found.isEmpty();
        });
    }

    /** Buttons and links that can be used, by what is written on them: the first of them. */
    private List<WebElement> named(String name) {
        return driver.findElements(By.cssSelector("button, a")).stream()
                .filter(element -> element.isDisplayed() && element.isEnabled())
                .filter(element -> element.getText().strip().equals(name))
                .limit(1)
                .toList();
    }

    boolean offers(String name) {
        return !named(name).isEmpty();
    }

    void type(String field, String text) {
        until("types into " + field, () -> {
            List<WebElement> found = driver.findElements(By.name(field));
            found.forEach(element -> {
                element.clear();
                element.sendKeys(text);
            });
            return !found.isEmpty();
        });
    }

    void press(CharSequence... keys) {
        driver.switchTo().activeElement().sendKeys(keys);
    }

    void choose(String label) {
        until("chooses " + label, () -> {
            List<WebElement> found = driver.findElements(By.cssSelector("label.choice")).stream()
                    .filter(element -> element.getText().contains(label))
                    .toList();
            found.forEach(WebElement::click);
            return !found.isEmpty();
        });
    }

    void until(String what, BooleanSupplier condition) {
        new FluentWait<>(driver)
                .withTimeout(PATIENCE)
                .pollingEvery(Duration.ofMillis(50))
                .ignoring(StaleElementReferenceException.class)
                .withMessage(() -> what + ", and sees: " + text())
                .until(unused -> condition.getAsBoolean());
    }

    /** What axe calls serious, or worse. */
    List<String> barriers() throws IOException {
        run(Files.readString(AXE));
        @SuppressWarnings("unchecked")
        List<String> found = (List<String>) ((JavascriptExecutor) driver).executeAsyncScript("""
                const done = arguments[0];
                axe.run({resultTypes: ['violations']}).then(
                    result => done(result.violations
                        .filter(each => ['serious', 'critical'].includes(each.impact))
                        .map(each => each.id + ': ' + each.nodes.map(node => node.target).join(', '))),
                    failure => done(['axe has failed: ' + failure]));
                """);
        return found;
    }

    /** Whether one has to scroll sideways. */
    boolean isTooWide() {
        return (boolean) run("return document.documentElement.scrollWidth > innerWidth");
    }

    /** Whether a table is wider than what it is in. */
    boolean hasTooWideTables() {
        return (boolean) run("return [...document.querySelectorAll('.scroll')]"
                + ".some(each => each.scrollWidth > each.clientWidth)");
    }

    /** What the browser has refused to do, such as what the page's policy forbids. */
    void assertNothingWasRefused() {
        assertThat(driver.manage().logs().get(LogType.BROWSER))
                .extracting(LogEntry::getMessage)
                .noneMatch(message -> message.contains("Content Security Policy") || message.contains("TypeError"));
    }

    void picture(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
