"""A web server with TLS in front of anything on loopback: a throw-away certificate authority, nginx, and a relay that makes
the way longer."""
import os
import shutil
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def certificates(folder):
    """ca.pem, and key.pem with cert.pem for localhost."""
    def openssl(command):
        subprocess.run(["openssl"] + command.split(), cwd=folder, check=True, stderr=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL)

    openssl("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=esiwh-bench -keyout ca.key -out ca.pem")
    openssl("req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout key.pem -out csr.pem")
    with open(folder + "/ext", "w") as file:
        file.write("subjectAltName=DNS:localhost")
    openssl("x509 -req -in csr.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile ext -out cert.pem")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, what):
    for _ in range(500):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    sys.exit("%s does not answer" % what)


def start_nginx(folder, http, port):
    """nginx with `http` as the inside of its http block; `tls(folder, port)` is what a server block listens by."""
    temporary = "".join("%s_temp_path %s/%s; " % (name, folder, name)
                        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    with open(folder + "/nginx.conf", "w") as file:
        file.write("""
%s daemon off; pid %s/pid; worker_processes 1;
events { worker_connections 1024; }
http {
    access_log off; %s
    types { application/json json; } keepalive_requests 1000000;
%s
}""" % ("user root;" if os.getuid() == 0 else "", folder, temporary, http))
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    server = subprocess.Popen([nginx, "-e", folder + "/error.log", "-c", folder + "/nginx.conf", "-p", folder])
    wait_for(port, "nginx; see %s/error.log: it" % folder)
    return server


def tls(folder, port):
    return ("listen 127.0.0.1:%d ssl http2; http2_max_concurrent_streams 128; ssl_certificate %s/cert.pem; "
            "ssl_certificate_key %s/key.pem;" % (port, folder, folder))


def start_relay(target, milliseconds):
    """A relay to the port `target` with this round trip; gives the process and its port."""
    port = free_port()
    relay = subprocess.Popen([sys.executable, HERE + "/relay.py", str(port), str(target), str(milliseconds)])
    wait_for(port, "the relay")
    return relay, port


def stop(*processes):
    for process in processes:
        process.terminate()
        process.wait()
