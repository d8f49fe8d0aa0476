"""The check of the tree sees paths of a machine."""

import tree


def test_paths():
    assert tree.faults_of("x", "see /usr/include/x and /tmp/y\n", "/tmp") == []
    assert len(tree.faults_of("x", "see " + "/home" + "/someone/x\n", "/tmp")) == 1
    assert len(tree.faults_of("x", "\nsee /elsewhere/src/x\n", "/elsewhere/src")) == 1
