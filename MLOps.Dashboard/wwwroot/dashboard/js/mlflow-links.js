// The mlflow client prints links to MLflow's own pages (/#/experiments/1/runs/abc): they lead to ours.
(async () => {
  const parts = location.hash.replace(/^#\/?/, '').split('?')[0].split('/').map(decodeURIComponent);
  const go = path => location.replace(new URL(path, document.baseURI));
  if (parts[0] === 'models') {
    go('registry');
  } else if (parts[0] === 'experiments' && parts[2] === 'runs' && parts[3]) {
    go('runs/' + encodeURIComponent(parts[3]));
  } else if (parts[0] === 'experiments' && parts[1]) {
    const answer = await fetch('api/2.0/mlflow/experiments/get?experiment_id=' + encodeURIComponent(parts[1]));
    go(answer.ok ? 'experiments/' + encodeURIComponent((await answer.json()).experiment.name) : 'experiments');
  }
})();
