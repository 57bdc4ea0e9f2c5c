package io.coxswain.apiserver.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.apiserver.request.ProxyTarget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyLinksTest {
    private final ProxyLinks links =
            new ProxyLinks(new ProxyTarget("http", "10.1.2.3", 8080), "/api/v1/namespaces/n/pods/p/proxy", "api:6443");

    @ParameterizedTest
    @CsvSource({
        "/, /api/v1/namespaces/n/pods/p/proxy/",
        "/a/b?x=1#f, /api/v1/namespaces/n/pods/p/proxy/a/b?x=1#f",
        "http://10.1.2.3:8080/a, /api/v1/namespaces/n/pods/p/proxy/a",
        "https://api:6443/a, /api/v1/namespaces/n/pods/p/proxy/a",
        "https://api:6443/api/v1/namespaces/n/pods/p/proxy/a, /api/v1/namespaces/n/pods/p/proxy/a",
        "https://elsewhere.org/a, https://elsewhere.org/a",
        "//elsewhere.org/a, //elsewhere.org/a",
        "a/b, a/b",
        "#part, #part",
        "mailto:a@b, mailto:a@b",
        "http://[bad, http://[bad"
    })
    void leadsBackThroughTheProxyWhatWouldLeaveIt(String link, String expected) {
        assertThat(links.rewrite(link)).isEqualTo(expected);
    }

    @Test
    void rewritesLinksInPagesAndNothingElse() {
        assertThat(links.rewriteHtml("<!DOCTYPE html><!-- <a href='/x'> --><A class=\"/c\""
                        + " HREF='/a?b=1&amp;c=2'>/a</A><img src=/i.png alt = '/alt'><br/><script src=\"/s.js\">if (a</b) '<a"
                        + " href=\"/no\">'</script>1 < 2 <a href"))
                .isEqualTo("<!DOCTYPE html><!-- <a href='/x'> --><A class=\"/c\""
                        + " HREF='/api/v1/namespaces/n/pods/p/proxy/a?b=1&amp;c=2'>/a</A>"
                        + "<img src=/api/v1/namespaces/n/pods/p/proxy/i.png alt = '/alt'><br/>"
                        + "<script src=\"/api/v1/namespaces/n/pods/p/proxy/s.js\">if (a</b) '<a href=\"/no\">'</script>"
                        + "1 < 2 <a href");
    }
}
