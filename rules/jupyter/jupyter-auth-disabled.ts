import { factsOfBase } from '../../src/facts/images.js';
import { type LoginSetting, loginSettings, openings } from '../../src/facts/jupyter.js';
import { isLoopbackHost, listensToItselfAlone, mayHaveSettings, servicesOf, startedServers } from '../../src/facts/servers.js';
import type { Stage } from '../../src/model/dockerfile.js';
import { inheritedInstructions } from '../../src/model/stages.js';
import { defineRule, type RuleContext, type RuleDocs, type Severity } from '../../src/rule.js';

export default defineRule({
  id: 'jupyter-auth-disabled',
  family: 'jupyter',
  summary: 'Jupyter runs without a login',
  severity: 'error',
  confidence: 'high',
  preset: 'recommended',
  since: '0.1.0',
  judgesComposeStart: true,
  messages: {
    off: {
      text: '`{words}` switches the login of Jupyter off: whoever reaches the port runs code in the container',
      help: 'Leave it out: Jupyter makes a token and prints it with the address. To choose one, pass it at run time: docker run -e JUPYTER_TOKEN=…',
    },
    gateway: {
      text: '`{words}` switches the login of Jupyter off, and trusts what stands in front of it: run anywhere else, whoever reaches the port runs code in the container',
      help: 'Publish the port behind the gateway only; elsewhere on 127.0.0.1: docker run -p 127.0.0.1:8888:8888',
    },
    local: {
      text: '`{words}` switches the login of Jupyter off: whoever has an account on this machine runs code in the container',
      help: 'Keep the port on 127.0.0.1, as the compose file has it, or leave the option out: Jupyter makes a token and prints it',
    },
    inside: {
      text: '`{words}` switches the login of Jupyter off; it listens on 127.0.0.1 alone, so that today only what runs in the container reaches it',
      help: 'Leave it out before it listens on other addresses: Jupyter makes a token and prints it with the address',
    },
    origin: {
      text: '`{words}` lets any web page that the same browser has open talk to this Jupyter',
      help: 'Name the page that may: --ServerApp.allow_origin=https://notebooks.example.com',
    },
    forgery: {
      text: '`{words}` lets any web page that the same browser has open send requests in the name of who is logged in',
      help: 'Leave it out; scripts send the token in the header instead: Authorization: token …',
    },
  },
  on: {
    *stage(stage, ctx) {
      if (stage !== ctx.dockerfile.finalStage) return;
      const settings = loginSettings(stage, ctx.script);
      const [first, ...others] = openings(settings);
      if (first !== undefined) {
        const related = others.map(({ at }) => ({ at, note: 'here as well' }));
        const data = { words: brief(first) };
        if (isAlone(stage, ctx)) yield { at: first.at, message: 'inside', severity: 'info', data, related };
        else if (isPublishedLocally(ctx)) yield { at: first.at, message: 'local', severity: 'info', data, related };
        else if (isBehindGateway(stage)) yield { at: first.at, message: 'gateway', severity: 'info', data, related };
        else yield { at: first.at, message: 'off', severity: severityFor(stage, ctx), data, related };
        return;
      }
      for (const setting of settings) {
        const data = { words: brief(setting) };
        if (setting.effect === 'any-origin') yield { at: setting.at, message: 'origin', severity: 'warning', data };
        if (setting.effect === 'no-xsrf') yield { at: setting.at, message: 'forgery', severity: 'warning', data };
      }
    },
  },
});

function brief({ written }: LoginSetting): string {
  return written.length > 60 ? `${written.slice(0, 59)}…` : written;
}

/** Kubeflow hands NB_PREFIX to the notebooks behind its gateway. */
function isBehindGateway(stage: Stage): boolean {
  return inheritedInstructions(stage).some(({ logical }) => /\bNB_PREFIX\b/.test(logical.text));
}

/** Whether compose files that build this publish its ports on this machine alone. */
function isPublishedLocally({ context, service }: RuleContext): boolean {
  const services = servicesOf(context, service);
  return (
    services.length > 0 &&
    services.every(({ ports }) => ports.length > 0 && ports.every(({ hostIp }) => hostIp !== undefined && isLoopbackHost(hostIp)))
  );
}

/** Whether what is started listens on 127.0.0.1, and no file of settings may say otherwise. */
function isAlone(stage: Stage, { script, context }: RuleContext): boolean {
  const started = startedServers(stage, script);
  return (
    started.length > 0 &&
    started.every((start) => {
      const isSure = start.host.kind !== 'default' || (!start.isBehindScript && !mayHaveSettings(start, stage, context, script));
      return listensToItselfAlone(start) && isSure;
    })
  );
}

/** An error where others can reach it: an address says so, or it is an image that listens everywhere. */
function severityFor(stage: Stage, { script }: RuleContext): Severity {
  if (factsOfBase(stage.base)?.purpose === 'notebook') return 'error';
  const isOpen = startedServers(stage, script).some(({ host }) => host.kind === 'written' && !isLoopbackHost(host.value));
  return isOpen ? 'error' : 'warning';
}

export const docs: RuleDocs = {
  why: 'A notebook server runs whatever code it is sent; that is its use. Without a login that is the code of anybody, with the files, the cloud credentials and the GPUs of the container. A taxonomy of the attacks on Jupyter has ransomware, data that are carried off, and logins left open like this one.',
  remedy:
    'Leave the token alone: Jupyter makes one at every start and prints it with the address. For one of your own pass `JUPYTER_TOKEN` at run time, or a hashed password; for many people use JupyterHub. On your own machine publish the port there only: `-p 127.0.0.1:8888:8888`.',
  limits:
    'Reads the command line (ENTRYPOINT, CMD), what RUN writes with echo, printf and heredocs, and ENV. A configuration file of the project is not read. An error where the address says that others reach it, or in a notebook image; else a warning. An info behind Kubeflow (`NB_PREFIX`), where compose publishes the port on 127.0.0.1, and while Jupyter itself listens on 127.0.0.1 alone; nothing for the servers of JupyterHub, and nothing where a token or password is set as well, by whatever variable. An empty `JUPYTER_TOKEN` is no hole: Jupyter takes it as unset.',
  references: [
    'https://jupyter-server.readthedocs.io/en/latest/operators/security.html (an empty token disables authentication; code of 2.21 read 2026-11-22)',
    'https://arxiv.org/abs/2409.19456 (2024: ransomware, data exfiltration, security misconfiguration)',
    'https://www.kubeflow.org/docs/components/notebooks/container-images/ (custom images, NB_PREFIX)',
  ],
  examples: [
    {
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD ["jupyter", "lab", "--ip=0.0.0.0", "--ServerApp.token=\'\'"]\n',
      reports: [[2, 'off']],
    },
    {
      title: 'Older names, another spelling, an empty password does not help',
      dockerfile:
        'FROM quay.io/jupyter/scipy-notebook:2026-08-08\nCMD start-notebook.py --NotebookApp.token="" --NotebookApp.password=""\n',
      reports: [[2, 'off']],
    },
    {
      title: 'In the configuration',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN echo "c.ServerApp.token = \'\'" >> /etc/jupyter/jupyter_server_config.py\nCMD ["jupyter", "lab", "--ip=0.0.0.0"]\n',
      reports: [[2, 'off']],
    },
    {
      title: 'Behind the gateway of Kubeflow',
      dockerfile:
        'FROM python:3.13-slim-trixie\nCMD ["sh", "-c", "jupyter lab --ip=0.0.0.0 --ServerApp.token=\'\' --ServerApp.base_url=${NB_PREFIX}"]\n',
      reports: [[2, 'gateway']],
    },
    {
      title: 'It listens inside the container only',
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD ["jupyter", "lab", "--ip=127.0.0.1", "--ServerApp.token="]\n',
      reports: [[2, 'inside']],
    },
    {
      title: 'With a login, but for every page',
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD ["jupyter", "lab", "--ip=0.0.0.0", "--ServerApp.allow_origin=*"]\n',
      reports: [[2, 'origin']],
    },
    { dockerfile: 'FROM python:3.13-slim-trixie\nCMD ["jupyter", "lab", "--ip=0.0.0.0", "--no-browser"]\n', reports: [] },
    {
      title: 'From the environment',
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD jupyter lab --ip=0.0.0.0 --ServerApp.token=$NOTEBOOK_TOKEN\n',
      reports: [],
    },
    {
      title: 'The Hub does the login',
      dockerfile: 'FROM python:3.13-slim-trixie\nCMD ["jupyterhub-singleuser", "--ServerApp.token=\'\'"]\n',
      reports: [],
    },
    {
      title: 'A password closes it',
      dockerfile:
        'FROM python:3.13-slim-trixie\nRUN echo "c.PasswordIdentityProvider.hashed_password = \'argon2:abc\'" > /etc/jupyter/jupyter_server_config.py\nCMD ["jupyter", "lab", "--ip=0.0.0.0", "--IdentityProvider.token="]\n',
      reports: [],
    },
    {
      title: 'Empty means unset',
      dockerfile: 'FROM python:3.13-slim-trixie\nENV JUPYTER_TOKEN=""\nCMD ["jupyter", "lab", "--ip=0.0.0.0"]\n',
      reports: [],
    },
    {
      title: 'In a compose file',
      compose:
        "services:\n  lab:\n    image: quay.io/jupyter/scipy-notebook:2026-07-28\n    command: start-notebook.py --IdentityProvider.token=''\n    ports: ['8888:8888']\n",
      reports: [[4, 'off']],
    },
    {
      title: 'In a compose file that publishes it on this machine alone',
      compose:
        "services:\n  lab:\n    image: quay.io/jupyter/scipy-notebook:2026-07-28\n    command: start-notebook.py --IdentityProvider.token=''\n    ports: ['127.0.0.1:8888:8888']\n",
      reports: [[4, 'local']],
    },
  ],
};
