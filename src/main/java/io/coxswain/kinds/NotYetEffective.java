package io.coxswain.kinds;

import io.coxswain.apiserver.registry.KindDefinition;
import io.coxswain.meta.ObjectView;
import java.util.List;

/**
 * A kind whose objects are kept, but that nothing on this server acts on yet: whoever writes one is warned not to rely on it.
 * A kind of which only some objects have no effect says in its own {@link #warnings} which.
 */
public interface NotYetEffective extends KindDefinition {
    @Override
    default List<String> warnings(ObjectView object) {
        return List.of(names().kind() + " objects are stored but have no effect on this server yet");
    }
}
