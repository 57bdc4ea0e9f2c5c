package io.coxswain.apiserver.endpoint;

import io.coxswain.apiserver.request.ProxyTarget;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Rewrites the links in a backend's answer so that they lead through the proxy again; which ones, as upstream's
 * {@code apimachinery/pkg/util/proxy}.
 *
 * @param prefix what stands before the backend's own path, such as {@code /api/v1/namespaces/ns/services/web/proxy}
 * @param requestHost the {@code Host} that the client asked
 */
record ProxyLinks(ProxyTarget target, String prefix, String requestHost) {
    private static final Map<String, List<String>> ATTRIBUTES = Map.ofEntries(
            Map.entry("a", List.of("href")),
            Map.entry("applet", List.of("codebase")),
            Map.entry("area", List.of("href")),
            Map.entry("audio", List.of("src")),
            Map.entry("base", List.of("href")),
            Map.entry("blockquote", List.of("cite")),
            Map.entry("body", List.of("background")),
            Map.entry("button", List.of("formaction")),
            Map.entry("command", List.of("icon")),
            Map.entry("del", List.of("cite")),
            Map.entry("embed", List.of("src")),
            Map.entry("form", List.of("action")),
            Map.entry("frame", List.of("longdesc", "src")),
            Map.entry("head", List.of("profile")),
            Map.entry("html", List.of("manifest")),
            Map.entry("iframe", List.of("longdesc", "src")),
            Map.entry("img", List.of("longdesc", "src", "usemap")),
            Map.entry("input", List.of("src", "usemap", "formaction")),
            Map.entry("ins", List.of("cite")),
            Map.entry("link", List.of("href")),
            Map.entry("object", List.of("classid", "codebase", "data", "usemap")),
            Map.entry("q", List.of("cite")),
            Map.entry("script", List.of("src")),
            Map.entry("source", List.of("src")),
            Map.entry("video", List.of("poster", "src")));
    private static final List<String> RAW_TEXT = List.of("script", "style", "textarea", "title");

    /** The link as the client is to see it. */
    String rewrite(String link) {
        URI uri;
        try {
            uri = new URI(link.strip());
        } catch (URISyntaxException e) {
            return link;
        }
        String path = uri.getRawPath();
        String authority = uri.getRawAuthority();
        boolean elsewhere =
                authority != null && !authority.equals(target.authority()) && !authority.equals(requestHost);
        if (uri.isOpaque() || elsewhere || path == null || !path.startsWith("/")) {
            return link;
        }
        String tail = (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery())
                + (uri.getRawFragment() == null ? "" : "#" + uri.getRawFragment());
        return (path.startsWith(prefix) ? path : prefix + path) + tail;
    }

    /** The page with its links rewritten; everything else stays as it is. */
    String rewriteHtml(String html) {
        StringBuilder out = new StringBuilder(html.length() + html.length() / 16);
        int at = 0;
        while (at < html.length()) {
            int open = html.indexOf('<', at);
            if (open < 0) {
                break;
            }
            out.append(html, at, open);
            if (html.startsWith("<!--", open)) {
                at = end(html, "-->", open);
                out.append(html, open, at);
            } else if (open + 1 < html.length() && isLetter(html.charAt(open + 1))) {
                at = tag(html, open, out);
            } else {
                out.append('<');
                at = open + 1;
            }
        }
        return out.append(html, Math.min(at, html.length()), html.length()).toString();
    }

    private static int end(String html, String what, int from) {
        int found = html.indexOf(what, from);
        return found < 0 ? html.length() : found + what.length();
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /** Copies a start tag, and what follows it if that is no markup; the position behind. */
    private int tag(String html, int open, StringBuilder out) {
        int at = open + 1;
        while (at < html.length() && Character.isLetterOrDigit(html.charAt(at))) {
            at++;
        }
        String name = html.substring(open + 1, at).toLowerCase(Locale.ROOT);
        out.append(html, open, at);
        at = attributes(html, at, ATTRIBUTES.getOrDefault(name, List.of()), out);
        if (RAW_TEXT.contains(name)) {
            int close = at;
            while (close < html.length() && !html.regionMatches(true, close, "</" + name, 0, name.length() + 2)) {
                close++;
            }
            out.append(html, at, close);
            at = close;
        }
        return at;
    }

    /** Copies attributes up to and with the closing bracket. */
    private int attributes(String html, int from, List<String> links, StringBuilder out) {
        int at = from;
        while (at < html.length() && html.charAt(at) != '>') {
            int start = at;
            while (at < html.length() && "=> \t\r\n/".indexOf(html.charAt(at)) < 0) {
                at++;
            }
            String name = html.substring(start, at).toLowerCase(Locale.ROOT);
            if (at == start) {
                at++;
            }
            int next = at;
            while (next < html.length() && Character.isWhitespace(html.charAt(next))) {
                next++;
            }
            if (name.isEmpty() || next >= html.length() || html.charAt(next) != '=') {
                out.append(html, start, at);
                continue;
            }
            next++;
            while (next < html.length() && Character.isWhitespace(html.charAt(next))) {
                next++;
            }
            out.append(html, start, next);
            at = value(html, next, links.contains(name), out);
        }
        if (at < html.length()) {
            out.append('>');
            at++;
        }
        return at;
    }

    private int value(String html, int from, boolean link, StringBuilder out) {
        char quote = from < html.length() ? html.charAt(from) : '>';
        boolean quoted = quote == '"' || quote == '\'';
        int start = quoted ? from + 1 : from;
        int end = start;
        while (end < html.length() && (quoted ? html.charAt(end) != quote : "> \t\r\n".indexOf(html.charAt(end)) < 0)) {
            end++;
        }
        String value = html.substring(start, end);
        if (quoted) {
            out.append(quote);
        }
        out.append(link ? rewrite(value.replace("&amp;", "&")).replace("&", "&amp;") : value);
        if (quoted && end < html.length()) {
            out.append(quote);
            end++;
        }
        return end;
    }
}
