package io.coxswain.console.shell;

import io.coxswain.authn.registry.RegistryUsers;
import io.coxswain.authn.registry.UserDirectory;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.util.regex.Pattern;

/** Signs in with Liberty's user registry, and out. The single sign-on cookie that Liberty sets is what later requests are known by. */
@Named
@RequestScoped
public class SignIn {
    private static final String FIRST_PAGE = "/overview.xhtml";
    /** A page of ours: whatever else a link to the sign-in page names must not be where it leads. */
    private static final Pattern PAGE = Pattern.compile("/[a-z]+\\.xhtml(\\?[\\x21-\\x7e]*)?");

    private final HttpServletRequest request;
    private final ConsoleSession session;
    private final RegistryUsers users;
    private final SignInThrottle throttle;

    private String user = "";
    private String password = "";
    private String to = "";

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected SignIn() {
        this(null, null, null, null);
    }

    @Inject
    public SignIn(HttpServletRequest request, ConsoleSession session, RegistryUsers users, SignInThrottle throttle) {
        this.request = request;
        this.session = session;
        this.users = users;
        this.throttle = throttle;
    }

    /** The page to go to; {@code null}, with a message, if the registry does not know the pair. */
    public String signIn() {
        String address = request.getRemoteAddr();
        if (!throttle.mayTry(user, address)) {
            return refuse("signin.toomany");
        }
        try {
            request.login(user, password);
        } catch (ServletException wrong) {
            throttle.failed(user, address);
            return refuse("signin.wrong");
        }
        try {
            if (users.find(request.getUserPrincipal().getName()).isEmpty()) {
                signOut();
                return refuse("signin.reserved");
            }
        } catch (UserDirectory.DirectoryUnavailableException e) {
            signOut();
            return refuse("signin.unavailable");
        }
        throttle.succeeded(user, address);
        // Whoever knew the session's id before must not be in it now.
        request.changeSessionId();
        return redirect(destination(to));
    }

    @SuppressWarnings("NullAway") // Faces stays on the page for null
    private String refuse(String key) {
        session.notices().failed("", session.text(key));
        return null;
    }

    /** Ends the session; to the sign-in page. */
    public String signOut() {
        try {
            request.logout();
        } catch (ServletException e) {
            throw new IllegalStateException("the server cannot sign out", e);
        }
        HttpSession http = request.getSession(false);
        if (http != null) {
            http.invalidate();
        }
        return redirect(ConsoleFilter.SIGN_IN);
    }

    static String destination(String wanted) {
        return PAGE.matcher(wanted).matches() && !wanted.startsWith(ConsoleFilter.SIGN_IN) ? wanted : FIRST_PAGE;
    }

    private static String redirect(String page) {
        return page + (page.contains("?") ? "&" : "?") + "faces-redirect=true&includeViewParams=false";
    }

    public String getUser() {
        return user;
    }

    public void setUser(String user) {
        this.user = user == null ? "" : user.trim();
    }

    public String getPassword() {
        return "";
    }

    public void setPassword(String password) {
        this.password = password == null ? "" : password;
    }

    public String getTo() {
        return to;
    }

    public void setTo(String to) {
        this.to = to == null ? "" : to;
    }
}
