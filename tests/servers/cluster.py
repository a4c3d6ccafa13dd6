"""Programs that play minikube, kubectl, helm and docker: they write down how they were called."""

import os
import shutil
import subprocess
from pathlib import Path

TOOLS = ("minikube", "kubectl", "helm", "docker")
SCRIPT = Path(__file__).parents[2] / "scripts" / "minikube-setup.sh"

# Secrets are kept as they come. A file "fails-at" holds words: a call with them in it fails.
_TOOL = r"""#!/bin/sh
there="$(dirname "$0")"
tool="$(basename "$0")"
echo "$tool $*" >> "$there/calls"
if [ -s "$there/fails-at" ] && echo "$tool $*" | grep -qF -f "$there/fails-at"; then
    echo "$tool: no" >&2
    exit 1
fi
case "$tool $*" in
    minikube*status*) [ -e "$there/started" ] ;;
    minikube*start*) touch "$there/started" ;;
    kubectl*get\ secret*)
        field="${*##*jsonpath=\{.data.}"
        if [ -e "$there/secret-rayne-secrets" ]; then
            sed -n "s/^${field%\}*}=//p" "$there/secret-rayne-secrets" | tr -d '\n' | base64
        fi ;;
    kubectl*get\ certificatesigningrequests*) echo "csr-1 csr-2 " ;;
    kubectl*create\ secret\ generic*)
        name="${*#*generic }"
        tee "$there/secret-${name%% *}" ;;
    kubectl*apply*--filename\ -*) cat > /dev/null ;;
esac
"""


class Cluster:
    """A copy of the script in a folder of its own, which it takes for the checkout."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir()
        for tool in TOOLS:
            (self.bin / tool).write_text(_TOOL)
            (self.bin / tool).chmod(0o755)
        self.script = folder / "scripts" / SCRIPT.name
        self.script.parent.mkdir()
        shutil.copy(SCRIPT, self.script)

    def variables(self, **settings: str) -> dict[str, str]:
        return {"PATH": f"{self.bin}:{os.defpath}"} | settings

    def set_up(self, *options: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Nobody sits there to be asked."""
        return subprocess.run(
            [str(self.script), *options],
            env=self.variables(**settings),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    @property
    def calls(self) -> list[str]:
        file = self.bin / "calls"
        return file.read_text().splitlines() if file.exists() else []

    def forget_calls(self) -> None:
        (self.bin / "calls").unlink()

    def fail_at(self, words: str) -> None:
        (self.bin / "fails-at").write_text(words)

    def secret(self, name: str) -> dict[str, str]:
        lines = (self.bin / f"secret-{name}").read_text().splitlines()
        return {key: value for key, _, value in (line.partition("=") for line in lines)}

    @property
    def overlay(self) -> Path:
        return self.folder / "k8s" / "overlays" / "minikube-local"
