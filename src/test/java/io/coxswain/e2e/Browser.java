package io.coxswain.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** Debian's Chromium without a window, 1280×800; pictures of what a failed test saw go to target/screenshots. */
final class Browser implements AfterTestExecutionCallback, AfterAllCallback {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Path PICTURES = LocalCluster.PROJECT.resolve("target/screenshots");

    private final List<ChromeDriver> open = new ArrayList<>();
    private final List<Path> profiles = new ArrayList<>();

    /** A browser of its own, with its own cookies. @param language such as {@code ja-JP} */
    WebDriver open(String language) {
        if (!Files.isExecutable(CHROMIUM) || !Files.isExecutable(DRIVER)) {
            throw new AssertionError("the console's tests need Chromium: apt-get install chromium chromium-driver");
        }
        Path profile = newProfile();
        ChromeOptions options = new ChromeOptions()
                .setBinary(CHROMIUM.toFile())
                .addArguments(
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-background-networking",
                        "--lang=" + language,
                        "--user-data-dir=" + profile)
                .setExperimentalOption("prefs", Map.of("intl.accept_languages", language));
        // The cluster's authority is made anew for each run, so no browser knows it.
        options.setAcceptInsecureCerts(true);
        ChromeDriver driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(DRIVER.toFile())
                        .build(),
                options);
        open.add(driver);
        driver.manage().timeouts().pageLoadTimeout(Duration.ofSeconds(60));
        fit(driver);
        return driver;
    }

    /** Makes the page's area, not the window, 1280×800. */
    private static void fit(ChromeDriver driver) {
        driver.manage().window().setSize(new Dimension(1280, 800));
        long width = (Long) driver.executeScript("return window.innerWidth");
        long height = (Long) driver.executeScript("return window.innerHeight");
        driver.manage().window().setSize(new Dimension((int) (2560 - width), (int) (1600 - height)));
    }

    private Path newProfile() {
        try {
            Path profile = Files.createTempDirectory("coxswain-browser");
            profiles.add(profile);
            return profile;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void afterTestExecution(ExtensionContext context) throws IOException {
        if (context.getExecutionException().isPresent()) {
            Files.createDirectories(PICTURES);
            for (int i = 0; i < open.size(); i++) {
                Files.write(
                        PICTURES.resolve(context.getRequiredTestMethod().getName() + "-" + i + ".png"),
                        open.get(i).getScreenshotAs(OutputType.BYTES));
            }
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        open.forEach(ChromeDriver::quit);
        for (Path profile : profiles) {
            try (Stream<Path> files = Files.walk(profile)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(file -> {
                    if (!file.delete()) {
                        file.deleteOnExit();
                    }
                });
            }
        }
    }
}
