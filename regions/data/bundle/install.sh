#!/bin/sh
# 离线安装、升级和回退 / offline installation, upgrade and rollback. Run it from the unpacked bundle:
#
#   sh install.sh install  [--prefix /opt/jiuzhu] [--no-services]     installs, or upgrades what is there
#   sh install.sh rollback [--prefix /opt/jiuzhu] [--no-services]     back to the version before, by one command
#
# An upgrade backs the database up, migrates it, switches over and restarts the workers one after the other; a step
# that fails leaves the version in use as it was. PREFIX/etc/jiuzhu.env holds the settings; JIUZHU_USER in it names the
# administrator who takes the backup. WORKERS are the ports of the units jiuzhu@PORT, PYTHON the interpreter.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
verb=${1:-}
[ $# -gt 0 ] && shift
prefix=/opt/jiuzhu
services=yes
while [ $# -gt 0 ]; do
    case $1 in
    --prefix) prefix=$2 && shift 2 ;;
    --no-services) services=no && shift ;;
    *) echo "不认识的参数 / unknown option: $1" >&2 && exit 2 ;;
    esac
done
python=${PYTHON:-python3}
workers=${WORKERS:-"8081 8082"}

say() { printf '%s\n' "$*"; }
fail() { printf '✗ %s\n' "$*" >&2 && exit 1; }

# One line KEY=value each; nothing in it is executed. What is set already stands.
settings() {
    [ -f "$prefix/etc/jiuzhu.env" ] || return 0
    while IFS='=' read -r key value; do
        case $key in
        *[!A-Z_]*) ;;
        JIUZHU_*) eval "[ -n \"\${$key+set}\" ]" || export "$key=$value" ;;
        esac
    done <"$prefix/etc/jiuzhu.env"
}

# The command of a release, in its own folder: jiuzhu.toml lies in PREFIX/etc.
jiuzhu() (cd "$prefix/etc" && home=$1 && shift && "$home/env/bin/jiuzhu" "$@")

# The plugins from outside a release holds, by name.
plugins() {
    "$1/env/bin/python" -c "from importlib.metadata import entry_points as found
for one in sorted({one.name for one in found(group='jiuzhu')}): print(one)"
}

# PREFIX/bin/jiuzhu: the command of whatever release is current, with the settings of this server.
command_of_the_server() {
    mkdir -p "$prefix/bin"
    cat >"$prefix/bin/jiuzhu" <<COMMAND
#!/bin/sh
while IFS='=' read -r key value; do
    case \$key in
    *[!A-Z_]*) ;;
    JIUZHU_*) eval "[ -n \"\\\${\$key+set}\" ]" || export "\$key=\$value" ;;
    esac
done <"$prefix/etc/jiuzhu.env"
exec "$prefix/current/env/bin/jiuzhu" "\$@"
COMMAND
    chmod 755 "$prefix/bin/jiuzhu"
}

point() { ln -s "$2" "$prefix/.$1.new" && mv -T "$prefix/.$1.new" "$prefix/$1"; }

healthy() {
    "$prefix/current/env/bin/python" - "$1" <<'PYTHON'
import sys, time, urllib.request
for _ in range(60):
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/health", timeout=5)
        raise SystemExit(0)
    except OSError:
        time.sleep(1)
raise SystemExit(1)
PYTHON
}

restart() {
    [ "$services" = yes ] || { say "未重启服务 / no service was restarted (--no-services)" && return 0; }
    for port in $workers; do
        systemctl restart "jiuzhu@$port"
        healthy "$port" || fail "jiuzhu@$port 没有应答 / does not answer; 回退 / roll back: sh install.sh rollback"
        say "✓ jiuzhu@$port"
    done
}

files() {
    [ "$services" = yes ] || return 0
    id jiuzhu >/dev/null 2>&1 || useradd --system --home-dir "$prefix" --shell /usr/sbin/nologin jiuzhu
    chown -R jiuzhu: "$prefix/data" "$prefix/backups" "$release" # plugins are installed by that user too
    sed "s|@PREFIX@|$prefix|g" "$here/jiuzhu@.service" >/etc/systemd/system/jiuzhu@.service
    systemctl daemon-reload
    for port in $workers; do systemctl enable --quiet "jiuzhu@$port"; done
}

install() {
    (cd "$here" && sha256sum --quiet --check SHA256SUMS) || fail "文件与校验和不符 / a file is not what its checksum says"
    machine=$(uname -m)
    [ -d "$here/wheels/$machine" ] || fail "本包不含 $machine / this bundle has nothing for $machine"
    "$python" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$(cat "$here/PYTHON")')" ||
        fail "需要 Python $(cat "$here/PYTHON") / this bundle is for it (set PYTHON=)"
    mkdir -p "$prefix/releases" "$prefix/backups" "$prefix/data" "$prefix/etc"
    chmod 700 "$prefix/backups" "$prefix/data"
    [ -f "$prefix/etc/jiuzhu.env" ] || sed "s|@PREFIX@|$prefix|g" "$here/jiuzhu.env" >"$prefix/etc/jiuzhu.env"
    settings
    release=$prefix/releases/$(cat "$here/VERSION")-$(date -u +%Y%m%dT%H%M%SZ)
    trap 'rm -rf "$release"' EXIT
    "$python" -m venv "$release/env"
    "$release/env/bin/python" -m pip --quiet --disable-pip-version-check install --no-index \
        --find-links "$here/wheels/any" --find-links "$here/wheels/$machine" $(cat "$here/INSTALL")
    say "✓ $(basename "$release")"
    if [ -e "$prefix/current" ]; then
        missing=$(plugins "$prefix/current" | while read -r one; do plugins "$release" | grep -qx "$one" || echo "$one"; done)
        [ -z "$missing" ] || fail "本包缺少在用的插件 / plugins in use that are not in this bundle (jiuzhu bundle --plugin …): $missing"
        backup=$prefix/backups/before-$(basename "$release").tar
        jiuzhu "$prefix/current" db backup "$backup" >/dev/null || fail "备份失败，未作改变 / no backup, nothing changed"
        say "✓ $backup"
        printf '%s\n' "$backup" >"$release/backup"
    fi
    jiuzhu "$release" db upgrade --json >"$release/schema" || fail "迁移失败 / the migration failed"
    if [ -e "$prefix/current" ]; then point previous "$(readlink "$prefix/current")"; fi
    point current "$release"
    command_of_the_server
    trap - EXIT
    files
    restart
    say "✓ $(jiuzhu "$prefix/current" --version)"
}

# The database goes back only where the upgrade changed its form; what was entered since is then in the file set aside.
database_back() {
    left=$1
    [ -f "$left/backup" ] || return 0
    before=$(sed -n 's/.*"before": *"\(.*\)".*/\1/p' "$left/schema")
    after=$(sed -n 's/.*"after": *"\(.*\)".*/\1/p' "$left/schema")
    [ "$before" != "$after" ] || return 0
    case ${JIUZHU_DATABASE_URL:-} in
    postgresql*) fail "请先在 JIUZHU_DATABASE_URL 指明一个空库 / name an empty database, then: jiuzhu db restore $(cat "$left/backup")" ;;
    esac
    file=${JIUZHU_DATA_DIR:-$prefix/data}/jiuzhu.db
    for one in "$file" "$file-wal" "$file-shm"; do
        if [ -f "$one" ]; then mv "$one" "$one.after-$(basename "$left")"; fi
    done
    jiuzhu "$prefix/current" db restore "$(cat "$left/backup")" >/dev/null
    say "✓ 已恢复备份 / restored: $(cat "$left/backup")"
}

rollback() {
    [ -e "$prefix/previous" ] || fail "没有前一版本 / there is no version before"
    settings
    left=$(readlink "$prefix/current")
    if [ "$services" = yes ]; then for port in $workers; do systemctl stop "jiuzhu@$port"; done; fi
    point current "$(readlink "$prefix/previous")"
    point previous "$left"
    database_back "$left"
    restart
    say "✓ $(jiuzhu "$prefix/current" --version)"
}

case $verb in
install) install ;;
rollback) rollback ;;
*) sed -n '2,10s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
esac
