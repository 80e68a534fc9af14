/** Repositories as teams have them: files by their paths. None knows Moorage. */
export type Files = Readonly<Record<string, string>>;

const nodeServer = `import { createServer } from "node:http";
const version = "one";
createServer((request, response) => {
  response.end(request.url === "/health" ? "well" : \`version \${version} \${process.env.MOORAGE_IMAGE_TAG}\\n\`);
}).listen(Number(process.env.PORT ?? 3000));
process.on("SIGTERM", () => process.exit(0));
`;

/** One service, npm, and a default branch that is called master. */
export const nodeOnMaster: Files = {
  "package.json": JSON.stringify({
    name: "notes",
    version: "1.0.0",
    private: true,
    type: "module",
    scripts: { start: "node server.js", test: "node --check server.js" },
  }),
  "package-lock.json": JSON.stringify({
    name: "notes",
    version: "1.0.0",
    lockfileVersion: 3,
    requires: true,
    packages: { "": { name: "notes", version: "1.0.0" } },
  }),
  "server.js": nodeServer,
  Dockerfile: `FROM node:22-alpine
WORKDIR /app
COPY package.json server.js ./
USER nobody
EXPOSE 3000
CMD ["node", "server.js"]
`,
  ".gitignore": "node_modules\n",
};

const flask = `import os, signal, sys
from flask import Flask

app = Flask(__name__)
version = "one"

@app.get("/health")
def health():
    return "well"

@app.get("/api/")
def answer():
    return f"version {version} {os.environ.get('MOORAGE_IMAGE_TAG', '')}\\n"

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
app.run(host="0.0.0.0", port=int(os.environ.get("PORT", "5000")))
`;

/** Flask behind nginx's static pages: two services, a compose file, and nothing of Node. */
export const pythonWithCompose: Files = {
  "compose.yaml": `services:
  web:
    build: ./web
    ports: ["8080:8080"]
  api:
    build: ./api
    ports: ["5000:5000"]
    environment:
      LOG_LEVEL: info
`,
  "web/Dockerfile": `FROM nginx:1.27-alpine
COPY default.conf.template /etc/nginx/templates/
COPY start.sh /start.sh
COPY index.html /usr/share/nginx/html/
EXPOSE 8080
CMD ["/bin/sh", "/start.sh"]
`,
  "web/default.conf.template": `worker_processes 1;
pid /tmp/nginx.pid;
error_log /dev/stderr;
events {}
http {
  access_log /dev/stdout;
  client_body_temp_path /tmp/body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
  server {
    listen PORT;
    location = /health { return 200 "well"; }
    location / { root /usr/share/nginx/html; }
  }
}
`,
  "web/start.sh": `sed "s/PORT/\${PORT:-8080}/" /etc/nginx/templates/default.conf.template > /tmp/nginx.conf
exec nginx -c /tmp/nginx.conf -g "daemon off;"
`,
  "web/index.html": "version one\n",
  "api/Dockerfile": `FROM python:3.12-slim
WORKDIR /app
COPY app.py .
EXPOSE 5000
CMD ["python3", "app.py"]
`,
  "api/app.py": flask,
  "api/requirements.txt": "flask==2.2.2\n",
};

const goServer = (name: string) => `package main

import (
	"fmt"
	"net/http"
	"os"
)

const version = "one"

func main() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "8000"
	}
	http.HandleFunc("/health", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "well") })
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "${name} version %s %s\\n", version, os.Getenv("MOORAGE_IMAGE_TAG"))
	})
	http.ListenAndServe(":"+port, nil)
}
`;

const goDockerfile = `FROM golang:1.24 AS build
WORKDIR /src
COPY go.mod main.go ./
RUN CGO_ENABLED=0 go build -o /app .

FROM scratch
COPY --from=build /app /app
USER 65534:65534
EXPOSE 8000
ENTRYPOINT ["/app"]
`;

const goApp = (name: string): Files => ({
  [`apps/${name}/go.mod`]: `module example.com/mono/${name}\n\ngo 1.20\n`,
  [`apps/${name}/main.go`]: goServer(name),
  [`apps/${name}/Dockerfile`]: goDockerfile,
});

/** Two apps side by side, each with a release train of its own. */
export const goMonorepo: Files = { ...goApp("orders"), ...goApp("billing"), "README.md": "Two services.\n" };
