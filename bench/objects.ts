/** The objects that the benchmark stores: of ordinary size, as a small cluster holds them. */
export const configMap = (name: string, value = 'value') => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { app: 'bench' } }, data: { key: value, text: 'x'.repeat(200) } });

export const pod = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'bench', tier: 'front' } },
  spec: {
    containers: [
      {
        name: 'web',
        image: 'registry.example.com/team/web:1.2.3',
        env: [{ name: 'COLOR', value: 'red' }],
        ports: [{ containerPort: 8080 }],
        resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
        readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
      },
    ],
  },
});

/** All of one length. */
export const nameOf = (n: number) => `object-${String(n).padStart(6, '0')}`;
