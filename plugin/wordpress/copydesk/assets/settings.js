/* The Test connection button of Settings > Copydesk: asks with what stands in the form. */
(function () {
    'use strict';

    var button = document.getElementById('copydesk-test');
    var result = document.getElementById('copydesk-test-result');

    function value(id) {
        var field = document.getElementById(id);
        return field && field.value !== undefined ? field.value : '';
    }

    function say(text, ok) {
        result.textContent = text;
        result.style.color = ok === undefined ? '' : ok ? '#00701a' : '#b32d2e';
    }

    if (!button || !result) {
        return;
    }
    button.addEventListener('click', function () {
        var body = new URLSearchParams({
            action: 'copydesk_test',
            _ajax_nonce: copydeskSettings.nonce,
            url: value('copydesk-url'),
            credential: value('copydesk-credential'),
            timeout: value('copydesk-timeout')
        });
        button.disabled = true;
        say(copydeskSettings.asking);
        fetch(copydeskSettings.url, { method: 'POST', body: body, credentials: 'same-origin' })
            .then(function (response) { return response.json(); })
            .then(function (answer) { say(answer.data.text, answer.success && answer.data.ok); })
            .catch(function () { say(copydeskSettings.failed, false); })
            .then(function () { button.disabled = false; });
    });
})();
