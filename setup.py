"""Write down the commit that a build is made from; all else is in setup.cfg."""

import runpy
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

HERE = Path(__file__).resolve().parent
VERSION = runpy.run_path(str(HERE / "bot" / "version.py"))
KEPT = Path("bot") / VERSION["COMMIT_FILE"]


def write_commit(folder: Path) -> None:
    """Write the commit into a build; one made from a source archive passes the archive's on."""
    commit = VERSION["commit_of_checkout"](HERE)
    if commit is None and (HERE / KEPT).is_file():
        commit = (HERE / KEPT).read_text(encoding="utf-8").strip()
    if commit is not None:
        (folder / KEPT).write_text(f"{commit}\n", encoding="utf-8")


class BuildWithCommit(build_py):
    """Build the package, and say from what."""

    def run(self) -> None:
        """Build; in a checkout that is used in place, git itself can be asked."""
        super().run()
        if not self.editable_mode:
            write_commit(Path(self.build_lib))


class ArchiveWithCommit(sdist):
    """Pack the sources, and say from what."""

    def make_release_tree(self, base_dir: str, files: list[str]) -> None:
        """Pack, then write."""
        super().make_release_tree(base_dir, files)
        write_commit(Path(base_dir))


setup(cmdclass={"build_py": BuildWithCommit, "sdist": ArchiveWithCommit})
