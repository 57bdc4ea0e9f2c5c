package io.coxswain.authn.registry;

import com.ibm.websphere.security.EntryNotFoundException;
import com.ibm.websphere.security.PasswordCheckFailedException;
import com.ibm.websphere.security.UserRegistry;
import com.ibm.websphere.security.WSSecurityException;
import com.ibm.wsspi.security.registry.RegistryHelper;
import jakarta.enterprise.context.ApplicationScoped;
import java.rmi.RemoteException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Liberty's user registry. With an LDAP registry, names and groups are as its mapping says (uid and cn by default). */
@ApplicationScoped
public class LibertyUserDirectory implements UserDirectory {

    @Override
    public Optional<String> checkPassword(String user, String password) {
        try {
            UserRegistry registry = registry();
            registry.checkPassword(user, password);
            // The name as the directory spells it: "ALICE" and "alice" must be one user to RBAC.
            return Optional.of(registry.getUserSecurityName(registry.getUniqueUserId(user)));
        } catch (PasswordCheckFailedException | EntryNotFoundException wrong) {
            return Optional.empty();
        } catch (RemoteException | WSSecurityException e) {
            throw unavailable(e);
        }
    }

    @Override
    public Optional<List<String>> groupsOf(String user) {
        try {
            UserRegistry registry = registry();
            List<String> groups = new ArrayList<>();
            for (Object group : registry.getGroupsForUser(user)) {
                groups.add(registry.getGroupDisplayName(String.valueOf(group)));
            }
            return Optional.of(groups);
        } catch (EntryNotFoundException unknown) {
            return Optional.empty();
        } catch (RemoteException | WSSecurityException e) {
            throw unavailable(e);
        }
    }

    private static UserRegistry registry() throws WSSecurityException {
        UserRegistry registry = RegistryHelper.getUserRegistry(null);
        if (registry == null) {
            throw new WSSecurityException("server.xml configures no user registry");
        }
        return registry;
    }

    private static DirectoryUnavailableException unavailable(Exception cause) {
        return new DirectoryUnavailableException("the user registry cannot be asked: " + cause.getMessage(), cause);
    }
}
