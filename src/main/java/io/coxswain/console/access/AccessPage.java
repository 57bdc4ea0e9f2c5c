package io.coxswain.console.access;

import io.coxswain.client.ResourceType;
import io.coxswain.console.shell.ConsolePage;
import io.coxswain.console.shell.ConsoleSession;
import io.coxswain.console.shell.NamespaceChoice;
import io.coxswain.console.shell.Permit;
import io.coxswain.console.shell.Resources;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Roles, who holds them, and the answer to "may they do it?". */
@Named("access")
@ViewScoped
@ConsolePage(path = "access", icon = "pi-key", group = ConsolePage.Group.CLUSTER, order = 30)
public class AccessPage implements Serializable {
    private static final long serialVersionUID = 1L;

    private final ConsoleSession session;
    private final NamespaceChoice choice;
    private String namespace = "";
    private boolean systemShown;
    private List<RoleRow> roles = List.of();
    private List<BindingRow> bindings = List.of();
    private String user = "";
    private String groups = "";
    private String verb = "";
    private String resource = "";
    private String where = "";
    private String answer = "";
    private boolean allowed;
    private List<Holder> holders = List.of();

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected AccessPage() {
        this(null, null);
    }

    @Inject
    public AccessPage(ConsoleSession session, NamespaceChoice choice) {
        this.session = session;
        this.choice = choice;
    }

    public void load() {
        namespace = choice.from(session);
        where = namespace;
        systemShown = "true".equals(session.parameter("system"));
        List<BindingRow> all = allBindings();
        bindings = all.stream().filter(row -> isShown(row.name())).toList();
        roles = Stream.concat(
                        rows("Role", Resources.ROLES, all).stream(),
                        rows("ClusterRole", Resources.CLUSTER_ROLES, all).stream())
                .filter(row -> isShown(row.name()))
                .toList();
    }

    private List<RoleRow> rows(String kind, ResourceType<JsonObject> type, List<BindingRow> all) {
        return read(type).stream()
                .map(role -> new RoleRow(
                        kind,
                        role.namespace(),
                        role.name(),
                        Rule.of(role),
                        all.stream()
                                .filter(binding -> binding.gives(kind, role.namespace(), role.name()))
                                .flatMap(binding -> binding.subjects().stream())
                                .toList()))
                .sorted(Comparator.comparing(RoleRow::namespace).thenComparing(RoleRow::name))
                .toList();
    }

    private List<BindingRow> allBindings() {
        return Stream.concat(read(Resources.ROLE_BINDINGS).stream(), read(Resources.CLUSTER_ROLE_BINDINGS).stream())
                .map(BindingRow::of)
                .sorted(Comparator.comparing(BindingRow::namespace).thenComparing(BindingRow::name))
                .toList();
    }

    /** What the user may not list is left out. */
    private List<ObjectView> read(ResourceType<JsonObject> type) {
        String in = type.namespaced() ? namespace : "";
        boolean whole = in.isEmpty() && type.namespaced(); // the session picks the namespaces then
        return whole || session.permissions().may("list", type, in).allowed() ? session.list(type, in) : List.of();
    }

    private boolean isShown(String name) {
        return systemShown || !name.startsWith("system:");
    }

    /** Asks the API server, for a user or for oneself. */
    public void ask() {
        String[] named = resource.split("/", 2);
        int dot = named[0].indexOf('.');
        String plural = dot < 0 ? named[0] : named[0].substring(0, dot);
        String group = dot < 0 ? "" : named[0].substring(dot + 1);
        JsonObject attributes = JsonTrees.object()
                .add("verb", verb)
                .add("group", group)
                .add("resource", plural)
                .add("subresource", named.length > 1 ? named[1] : "")
                .add("namespace", where)
                .build();
        allowed = new ObjectView(review(attributes)).flag("status", "allowed").orElse(false);
        String who = user.isEmpty() ? session.text("access.answer.you") : user;
        String scope =
                where.isEmpty() ? session.text("access.answer.cluster") : session.text("access.answer.in", where);
        answer = session.text(allowed ? "access.answer.yes" : "access.answer.no", who, verb, resource, scope);
        holders = whoMay(group, named.length > 1 ? plural + "/" + named[1] : plural);
    }

    private JsonObject review(JsonObject attributes) {
        JsonObjectBuilder spec = JsonTrees.object().add("resourceAttributes", attributes);
        ResourceType<JsonObject> type = Resources.SELF_REVIEWS;
        if (!user.isEmpty() || !groups.isEmpty()) {
            type = Resources.SUBJECT_REVIEWS;
            spec.add("user", user).add("groups", JsonTrees.texts(subjectGroups()));
        }
        return session.resource(type)
                .create(JsonTrees.object()
                        .add("apiVersion", "authorization.k8s.io/v1")
                        .add("kind", type.kind())
                        .add("metadata", JsonTrees.object())
                        .add("spec", spec)
                        .build());
    }

    /** The groups asked about, and those that every such user is in. */
    private List<String> subjectGroups() {
        List<String> all = new ArrayList<>(Arrays.stream(groups.split("[,\\s]+"))
                .filter(group -> !group.isEmpty())
                .toList());
        if (!user.isEmpty()) {
            all.add("system:authenticated");
        }
        if (user.startsWith("system:serviceaccount:")) {
            all.add("system:serviceaccounts");
            all.add("system:serviceaccounts:" + user.split(":", 4)[2]);
        }
        return all;
    }

    /** Who is bound to a role with a rule for the same request, as far as the user may read roles and bindings. */
    private List<Holder> whoMay(String group, String requested) {
        List<RoleRow> covering = Stream.concat(
                        covering("Role", Resources.ROLES, group, requested),
                        covering("ClusterRole", Resources.CLUSTER_ROLES, group, requested))
                .toList();
        return allBindings().stream()
                .filter(binding ->
                        binding.namespace().isEmpty() || binding.namespace().equals(where))
                .filter(binding ->
                        covering.stream().anyMatch(role -> binding.gives(role.kind(), role.namespace(), role.name())))
                .flatMap(binding -> binding.subjects().stream())
                .distinct()
                .toList();
    }

    private Stream<RoleRow> covering(String kind, ResourceType<JsonObject> type, String group, String requested) {
        return read(type).stream()
                .filter(role ->
                        role.items("rules").stream().anyMatch(rule -> Rule.covers(rule, verb, group, requested)))
                .map(role -> new RoleRow(kind, role.namespace(), role.name(), List.of(), List.of()));
    }

    /** Asking about others needs a right of its own. */
    public Permit getMayAskAboutOthers() {
        return session.permissions().may("create", Resources.SUBJECT_REVIEWS, "");
    }

    public String getNamespace() {
        return namespace;
    }

    public boolean isSystemShown() {
        return systemShown;
    }

    public List<RoleRow> getRoles() {
        return roles;
    }

    public List<BindingRow> getBindings() {
        return bindings;
    }

    public String getUser() {
        return user;
    }

    public void setUser(String user) {
        this.user = user == null ? "" : user.trim();
    }

    public String getGroups() {
        return groups;
    }

    public void setGroups(String groups) {
        this.groups = groups == null ? "" : groups.trim();
    }

    public String getVerb() {
        return verb;
    }

    public void setVerb(String verb) {
        this.verb = verb.trim();
    }

    public String getResource() {
        return resource;
    }

    public void setResource(String resource) {
        this.resource = resource.trim();
    }

    public String getWhere() {
        return where;
    }

    public void setWhere(String where) {
        this.where = where == null ? "" : where.trim();
    }

    public String getAnswer() {
        return answer;
    }

    public boolean isAllowed() {
        return allowed;
    }

    public List<Holder> getHolders() {
        return holders;
    }
}
