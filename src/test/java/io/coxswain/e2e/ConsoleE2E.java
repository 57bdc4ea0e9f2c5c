package io.coxswain.e2e;

import static io.coxswain.e2e.LocalCluster.coxswain;
import static io.coxswain.e2e.LocalCluster.field;
import static io.coxswain.e2e.LocalCluster.kubectl;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The console in a real browser, as the administrator that {@code up} made. */
class ConsoleE2E {
    private static final String BASE = "https://127.0.0.1:" + (LocalCluster.PORT + 3000);
    private static final String MANIFEST = """
            apiVersion: v1
            kind: Namespace
            metadata:
              name: console-e2e
            ---
            apiVersion: v1
            kind: ResourceQuota
            metadata:
              name: small
              namespace: console-e2e
            spec:
              hard:
                pods: "4"
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
              namespace: console-e2e
            spec:
              replicas: 1
              selector:
                matchLabels: {app: web}
              template:
                metadata:
                  labels: {app: web}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: web
                    image: appl-x:1.18
                    command: ["/bin/busybox", "sh", "-c", "echo hello from the log; exec /bin/busybox sleep 3600"]
            """;

    @RegisterExtension
    static final Browser BROWSER = new Browser();

    private static WebDriver driver;

    @BeforeAll
    static void signedIn() throws IOException {
        LocalCluster.start();
        Path directory = LocalCluster.PROJECT.resolve("examples/appl-x");
        Files.copy(Path.of("/bin/busybox"), directory.resolve("busybox"), StandardCopyOption.REPLACE_EXISTING);
        coxswain("image", "build", directory.toString(), "appl-x:1.18", "--build-arg", "VERSION=1.18");
        coxswain("image", "push", "appl-x:1.18");
        driver = BROWSER.open("en-US");
        signIn(driver);
    }

    @AfterAll
    static void clean() {
        LocalCluster.tryKubectl("delete", "namespace", "console-e2e", "--ignore-not-found", "--wait=false");
    }

    private static void signIn(WebDriver browser) throws IOException {
        browser.get(BASE + "/");
        browser.findElement(By.id("signin:user")).sendKeys("admin");
        browser.findElement(By.id("signin:password"))
                .sendKeys(
                        Files.readString(LocalCluster.DATA.resolve("console-password"))
                                .strip(),
                        Keys.ENTER);
        new WebDriverWait(browser, Duration.ofSeconds(30)).until(ExpectedConditions.urlContains("overview.xhtml"));
    }

    @Test
    void aWrongPasswordIsRefusedInWords() {
        WebDriver other = BROWSER.open("en-US");
        other.get(BASE + "/pods.xhtml");
        assertThat(other.getCurrentUrl()).contains("signin.xhtml?to=%2Fpods.xhtml");
        other.findElement(By.id("signin:user")).sendKeys("admin");
        other.findElement(By.id("signin:password")).sendKeys("wrong", Keys.ENTER);
        waitFor(other, By.cssSelector(".ui-messages-error"));
        assertThat(other.findElement(By.tagName("main")).getText()).contains("User name or password is wrong.");
    }

    @Test
    void everyPageOpensWithinTheWindowAndCanBeReachedByKeyboard() {
        for (String page :
                List.of("overview", "namespaces", "nodes", "access", "loops", "workloads", "pods", "apply")) {
            open(BASE + "/" + page + ".xhtml");
            assertThat(driver.findElement(By.tagName("h1")).getText()).as(page).isNotBlank();
            assertThat(driver.getPageSource()).as(page).doesNotContain("???", "Exception");
            assertThat(script("return document.documentElement.scrollWidth <= window.innerWidth"))
                    .as(page + " fits 1280 pixels")
                    .isEqualTo(true);
            assertThat(driver.findElement(By.cssSelector("nav a[aria-current=page]"))
                            .getAttribute("href"))
                    .endsWith(page + ".xhtml");
        }
        driver.switchTo().activeElement().sendKeys(Keys.TAB);
        assertThat(driver.switchTo().activeElement().getAttribute("class")).isEqualTo("skip");
    }

    @Test
    void aPageThatIsNotThereIsAFriendlyOne() {
        open(BASE + "/nothing.xhtml");
        assertThat(driver.findElement(By.tagName("h1")).getText()).isEqualTo("This does not exist");
        open(BASE + "/pod.xhtml?namespace=default&name=nothing");
        assertThat(driver.findElement(By.tagName("main")).getText()).contains("pods \"nothing\" not found");
    }

    @Test
    void speaksJapaneseToAJapaneseBrowser() {
        WebDriver japanese = BROWSER.open("ja-JP");
        japanese.get(BASE + "/");
        assertThat(japanese.findElement(By.id("signin:submit")).getAttribute("value"))
                .isEqualTo("サインイン");
    }

    @Test
    void appliesScalesRollsBackAndShowsQuotaAndLog() {
        applyTheManifest();
        kubectl("-n", "console-e2e", "rollout", "status", "deployment/web", "--timeout=90s");
        scaleTo(3);
        kubectl("-n", "console-e2e", "rollout", "status", "deployment/web", "--timeout=90s");
        theQuotaIsShownAsABar();
        theLogIsShown();
        rollsBack();
    }

    private void applyTheManifest() {
        open(BASE + "/apply.xhtml");
        WebElement text = driver.findElement(By.id("manifest:text"));
        script("arguments[0].value = arguments[1]", text, MANIFEST);
        driver.findElement(By.id("manifest:review")).click();
        waitFor(driver, By.cssSelector(".document"));
        assertThat(driver.findElements(By.cssSelector(".document"))).hasSize(3);
        assertThat(driver.findElement(By.cssSelector(".diff")).getText()).contains("+  name: console-e2e");
        assertThat(LocalCluster.tryKubectl("get", "namespace", "console-e2e").exitCode())
                .as("nothing is applied by showing the difference")
                .isNotZero();
        driver.findElement(By.id("manifest:apply")).click();
        waitFor(driver, By.cssSelector(".ui-messages-info"));
        assertThat(driver.findElement(By.id("messages")).getText()).contains("Deployment console-e2e/web was created.");
    }

    private void scaleTo(int replicas) {
        open(BASE + "/workload.xhtml?namespace=console-e2e&name=web");
        WebElement count = driver.findElement(By.id("change:replicas"));
        count.clear();
        count.sendKeys(Integer.toString(replicas));
        driver.findElement(By.id("change:scale")).click();
        assertThat(field("{.spec.replicas}", "-n", "console-e2e", "deployment", "web"))
                .isEqualTo(Integer.toString(replicas));
        new WebDriverWait(driver, Duration.ofSeconds(60))
                .until(ExpectedConditions.textToBe(By.id("ready"), Integer.toString(replicas)));
    }

    private void theQuotaIsShownAsABar() {
        open(BASE + "/namespace.xhtml?name=console-e2e");
        WebElement bar = driver.findElement(By.cssSelector("#quotas [role=meter]"));
        assertThat(bar.getAttribute("aria-label")).isEqualTo("pods 3 / 4");
        assertThat(bar.getAttribute("aria-valuenow")).isEqualTo("75");
    }

    private void theLogIsShown() {
        open(BASE + "/pods.xhtml?ns=console-e2e");
        driver.findElement(By.cssSelector("#rows td.name a")).click();
        new WebDriverWait(driver, Duration.ofSeconds(30))
                .until(ExpectedConditions.textToBePresentInElementLocated(By.id("log"), "hello from the log"));
    }

    private void rollsBack() {
        kubectl("-n", "console-e2e", "set", "env", "deployment/web", "MODE=new");
        kubectl("-n", "console-e2e", "rollout", "status", "deployment/web", "--timeout=90s");
        open(BASE + "/workload.xhtml?namespace=console-e2e&name=web");
        driver.findElement(By.cssSelector("#revisions input[type=submit]")).click();
        driver.switchTo().alert().accept();
        waitFor(driver, By.cssSelector(".ui-messages-info"));
        assertThat(field("{.spec.template.spec.containers[0].env}", "-n", "console-e2e", "deployment", "web"))
                .isEmpty();
    }

    private static void waitFor(WebDriver browser, By element) {
        new WebDriverWait(browser, Duration.ofSeconds(30))
                .until(ExpectedConditions.visibilityOfElementLocated(element));
    }

    /** Opens a page; again if Chromium gave up because an interface of this machine, a pod's perhaps, came or went. */
    private static void open(String address) {
        for (int tries = 0; tries < 5; tries++) {
            driver.get(address);
            if (!driver.getPageSource().contains("ERR_NETWORK_CHANGED")) {
                return;
            }
        }
    }

    private static Object script(String text, Object... arguments) {
        return ((JavascriptExecutor) driver).executeScript(text, arguments);
    }
}
