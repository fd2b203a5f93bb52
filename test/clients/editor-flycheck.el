;;; Emacs with flycheck for one run without a person: opens $FILE with the checker of $SNIPPET, and leaves in $SEEN as JSON what a person
;;; would have seen.  -*- lexical-binding: t -*-

(package-initialize)
(require 'dockerfile-mode)
(load (getenv "SNIPPET"))

(defvar editor-is-checked nil)
(add-hook 'flycheck-after-syntax-check-hook (lambda () (setq editor-is-checked t)))

(find-file (getenv "FILE"))
(flycheck-mode)
(flycheck-buffer)
(with-timeout (30 (error "No findings in 30 s: %s" flycheck-last-status-change))
  (while (not editor-is-checked) (accept-process-output nil 0.05)))

(defun editor-highlighted ()
  "The texts that are underlined, in the order of their places."
  (let ((overlays (seq-filter (lambda (overlay) (overlay-get overlay 'flycheck-overlay)) (overlays-in (point-min) (point-max)))))
    (mapcar (lambda (overlay) (buffer-substring-no-properties (overlay-start overlay) (overlay-end overlay)))
            (sort overlays (lambda (a b) (< (overlay-start a) (overlay-start b)))))))

(let ((coding-system-for-write 'utf-8))
  (with-temp-file (getenv "SEEN")
    (insert
     (with-current-buffer (get-file-buffer (getenv "FILE"))
       (json-encode
        `((emacs . ,emacs-version)
          (findings . ,(vconcat
                        (mapcar (lambda (each)
                                  `((line . ,(flycheck-error-line each))
                                    (column . ,(flycheck-error-column each))
                                    (end-line . ,(flycheck-error-end-line each))
                                    (end-column . ,(flycheck-error-end-column each))
                                    (level . ,(flycheck-error-level each))
                                    (id . ,(flycheck-error-id each))
                                    (message . ,(flycheck-error-message each))))
                                flycheck-current-errors)))
          (highlighted . ,(vconcat (editor-highlighted)))))))))
